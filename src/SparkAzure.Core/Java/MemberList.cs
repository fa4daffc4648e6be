namespace SparkAzure.Core.Java;

/// <summary>The fields or methods of the class that is being read; the arrays stay for the next.</summary>
internal sealed class MemberList
{
    private (int Name, int Descriptor, int Flags)[] _members = new (int, int, int)[64];

    public int Count { get; private set; }

    public ReadOnlySpan<(int Name, int Descriptor, int Flags)> Members => _members.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Add(int name, int descriptor, int flags)
    {
        if (Count == _members.Length)
        {
            Array.Resize(ref _members, 2 * Count);
        }

        _members[Count++] = (name, descriptor, flags);
    }
}
