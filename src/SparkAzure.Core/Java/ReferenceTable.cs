namespace SparkAzure.Core.Java;

/// <summary>
/// Member references interned once; one's number is its place in the order of coming. It can be emptied for the next jar.
/// </summary>
internal sealed class ReferenceTable
{
    private const int FewestSlots = 1024;

    private int[] _slots = new int[FewestSlots];
    private int _mask = FewestSlots - 1;
    private MemberReference[] _references = new MemberReference[FewestSlots / 2];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The references, in the order of their numbers.</summary>
    public ReadOnlySpan<MemberReference> References => new(_references, 0, Count);

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        Count = 0;
        Resize(FewestSlots);
    }

    /// <summary>The reference's number; a new one when it was not there.</summary>
    public int Intern(MemberReference reference)
    {
        var slot = SlotOf(reference) & _mask;
        while (_slots[slot] != 0)
        {
            ref readonly var known = ref _references[_slots[slot] - 1];
            if (known.Name == reference.Name && known.Owner == reference.Owner
                && known.Descriptor == reference.Descriptor && known.Kind == reference.Kind)
            {
                return _slots[slot] - 1;
            }

            slot = (slot + 1) & _mask;
        }

        return Add(reference, slot);
    }

    private static int SlotOf(MemberReference reference)
    {
        var hash = (uint)reference.Owner * 0x9E3779B1;
        hash = (hash ^ (uint)reference.Name) * 0x85EBCA77;
        hash = (hash ^ (uint)reference.Descriptor ^ ((uint)reference.Kind << 28)) * 0xC2B2AE3D;
        return (int)(hash ^ (hash >> 15));
    }

    private int Add(MemberReference reference, int slot)
    {
        if (Count == _references.Length)
        {
            Array.Resize(ref _references, 2 * Count);
        }

        _references[Count] = reference;
        _slots[slot] = ++Count;
        if (2 * Count > _mask)
        {
            Resize(2 * (_mask + 1));
            for (var i = 0; i < Count; i++)
            {
                Put(i);
            }
        }

        return Count - 1;
    }

    private void Put(int number)
    {
        var slot = SlotOf(_references[number]) & _mask;
        while (_slots[slot] != 0)
        {
            slot = (slot + 1) & _mask;
        }

        _slots[slot] = number + 1;
    }

    // As few slots as the jar needs are used, however many a larger one before it has left.
    private void Resize(int slots)
    {
        _mask = slots - 1;
        if (slots > _slots.Length)
        {
            _slots = new int[slots];
        }
        else
        {
            Array.Clear(_slots, 0, slots);
        }
    }
}
