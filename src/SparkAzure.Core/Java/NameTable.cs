namespace SparkAzure.Core.Java;

/// <summary>
/// Names interned once, as UTF-8 in one arena; a name's id is its place in the order of coming. It can be emptied for the
/// next jar.
/// </summary>
internal sealed class NameTable
{
    private const int FewestSlots = 1024;

    private int[] _slots = new int[FewestSlots];
    private int _mask = FewestSlots - 1;
    private ulong[] _hashes = new ulong[FewestSlots / 2];
    private int[] _ends = new int[FewestSlots / 2];
    private byte[] _bytes = new byte[16 * 1024];
    private int _length;

    /// <summary>How many names there are.</summary>
    public int Count { get; private set; }

    /// <summary>The hashes, in the order of the ids.</summary>
    public ReadOnlySpan<ulong> Hashes => new(_hashes, 0, Count);

    /// <summary>Where each name ends in <see cref="Bytes"/>; it begins where the one before ends.</summary>
    public ReadOnlySpan<int> Ends => new(_ends, 0, Count);

    /// <summary>All names, one behind the other.</summary>
    public ReadOnlySpan<byte> Bytes => new(_bytes, 0, _length);

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        Count = 0;
        _length = 0;
        Resize(FewestSlots);
    }

    /// <summary>The name's id; a new one when it was not there.</summary>
    public int Intern(ReadOnlySpan<byte> name)
    {
        var hash = NameHash.Of(name);
        var slot = (int)hash & _mask;
        while (_slots[slot] != 0)
        {
            var id = _slots[slot] - 1;
            if (_hashes[id] == hash)
            {
                return id;
            }

            slot = (slot + 1) & _mask;
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

        var end = _length + name.Length;
        if (end > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, end));
        }

        name.CopyTo(new Span<byte>(_bytes, _length, name.Length));
        _length = end;
        _hashes[id] = hash;
        _ends[id] = end;
        _slots[slot] = id + 1;
        Count++;
        if (2 * Count > _mask)
        {
            Grow();
        }

        return id;
    }

    private void Grow()
    {
        Resize(2 * (_mask + 1));
        for (var id = 0; id < Count; id++)
        {
            var slot = (int)_hashes[id] & _mask;
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & _mask;
            }

            _slots[slot] = id + 1;
        }
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
