namespace SparkAzure.Core.Java;

/// <summary>Names interned once, as UTF-8 in one arena; a name's id is its place in the order of coming.</summary>
internal sealed class NameTable
{
    private int[] _slots = new int[1024];
    private ulong[] _hashes = new ulong[512];
    private int[] _ends = new int[512];
    private byte[] _bytes = new byte[16 * 1024];

    /// <summary>How many names there are.</summary>
    public int Count { get; private set; }

    /// <summary>The hashes, in the order of the ids.</summary>
    public ReadOnlySpan<ulong> Hashes => _hashes.AsSpan(0, Count);

    /// <summary>Where each name ends in <see cref="Bytes"/>; it begins where the one before ends.</summary>
    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, Count);

    /// <summary>All names, one behind the other.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    private int Length => Count == 0 ? 0 : _ends[Count - 1];

    /// <summary>The name's id; a new one when it was not there.</summary>
    public int Intern(ReadOnlySpan<byte> name)
    {
        var hash = NameHash.Of(name);
        var mask = _slots.Length - 1;
        var slot = (int)hash & mask;
        while (_slots[slot] != 0)
        {
            var id = _slots[slot] - 1;
            if (_hashes[id] == hash)
            {
                return id;
            }

            slot = (slot + 1) & mask;
        }

        return Add(name, hash, slot);
    }

    private int Add(ReadOnlySpan<byte> name, ulong hash, int slot)
    {
        var id = Count;
        if (id == _hashes.Length)
        {
            Array.Resize(ref _hashes, 2 * id);
            Array.Resize(ref _ends, 2 * id);
        }

        var at = Length;
        if (at + name.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, at + name.Length));
        }

        name.CopyTo(_bytes.AsSpan(at));
        _hashes[id] = hash;
        _ends[id] = at + name.Length;
        _slots[slot] = id + 1;
        Count++;
        if (2 * Count > _slots.Length)
        {
            Grow();
        }

        return id;
    }

    private void Grow()
    {
        _slots = new int[2 * _slots.Length];
        var mask = _slots.Length - 1;
        for (var id = 0; id < Count; id++)
        {
            var slot = (int)_hashes[id] & mask;
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & mask;
            }

            _slots[slot] = id + 1;
        }
    }
}
