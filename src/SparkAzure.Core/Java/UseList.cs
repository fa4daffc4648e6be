using System.Numerics;
using System.Runtime.InteropServices;

namespace SparkAzure.Core.Java;

/// <summary>
/// What the class that is being read refers to: each pair of a reference and a use once, and per method the places of
/// those that
/// its code has. The arrays stay for the next class.
/// </summary>
internal sealed class UseList
{
    private const int UseBits = 5;
    private const int Dynamic = 1 << 4;
    private const int MostSlots = 1 << 17;

    // A slot belongs to the class whose number it carries in its upper half; so none is ever cleared. A small class uses
    // the first few alone: they stay in the processor's cache.
    private readonly ulong[] _slots = new ulong[MostSlots];
    private readonly int[] _lastPlace = new int[ushort.MaxValue + 1];
    private readonly int[] _visited = new int[ushort.MaxValue + 1];
    private readonly List<int> _references = [];
    private readonly List<int> _lastMethod = [];
    private readonly List<int> _ofMethods = [];
    private readonly List<int> _ends = [];
    private uint _class;
    private int _mask;

    /// <summary>The references of the class: <c>number &lt;&lt; 5 | dynamic &lt;&lt; 4 | use</c>, the number being a
    /// name's or a
    /// member reference's.</summary>
    public ReadOnlySpan<int> References => CollectionsMarshal.AsSpan(_references);

    /// <summary>
    /// The references of all methods, one method behind the other, as places in <see cref="References"/>.
    /// </summary>
    public ReadOnlySpan<int> OfMethods => CollectionsMarshal.AsSpan(_ofMethods);

    /// <summary>Where each method ends in <see cref="OfMethods"/>.</summary>
    public ReadOnlySpan<int> Ends => CollectionsMarshal.AsSpan(_ends);

    /// <summary>The number of a reference.</summary>
    public static int NumberOf(int reference) => reference >> UseBits;

    /// <summary>What is done with a reference.</summary>
    public static ReferenceUse UseOf(int reference) => (ReferenceUse)(reference & (Dynamic - 1));

    /// <summary>True for what a lambda or a method handle brings, and not an instruction of its own.</summary>
    public static bool IsDynamic(int reference) => (reference & Dynamic) != 0;

    /// <summary>Begins a class.</summary>
    public void Start(int constants)
    {
        _class++;
        _mask = Math.Min(MostSlots, (int)BitOperations.RoundUpToPowerOf2((uint)(2 * constants) + 16)) - 1;
        _lastPlace.AsSpan(0, constants).Clear();
        _visited.AsSpan(0, constants).Clear();
        _references.Clear();
        _lastMethod.Clear();
        _ofMethods.Clear();
        _ends.Clear();
    }

    /// <summary>Ends a method; what comes next belongs to the next.</summary>
    public void EndMethod() => _ends.Add(_ofMethods.Count);

    /// <summary>True the first time that a method comes to a constant.</summary>
    public bool Visit(int constant)
    {
        var method = _ends.Count + 1;
        if (_visited[constant] == method)
        {
            return false;
        }

        _visited[constant] = method;
        return true;
    }

    /// <summary>True, and the use is noted, when the last use of a constant was this one.</summary>
    public bool Repeat(int constant, ReferenceUse use, bool isDynamic)
    {
        var last = _lastPlace[constant] - 1;
        if (last < 0 || (_references[last] & ((1 << UseBits) - 1)) != Bits(use, isDynamic))
        {
            return false;
        }

        Note(last);
        return true;
    }

    /// <summary>Keeps the place of a constant's last use.</summary>
    public void Remember(int constant, int place) => _lastPlace[constant] = place + 1;

    /// <summary>Adds the use of a class and returns its place.</summary>
    public int AddClass(int name, ReferenceUse use, bool isDynamic) => Add((name << UseBits) | Bits(use, isDynamic));

    /// <summary>Adds the use of a member and returns its place.</summary>
    public int AddMember(int reference, ReferenceUse use, bool isDynamic) =>
        Add((reference << UseBits) | Bits(use, isDynamic));

    private static int Bits(ReferenceUse use, bool isDynamic)
    {
        if (isDynamic)
        {
            return (int)use | Dynamic;
        }

        return (int)use;
    }

    private int Add(int reference)
    {
        var slot = SlotOf(reference);
        while (_slots[slot] >> 32 == _class)
        {
            var place = (int)_slots[slot];
            if (_references[place] == reference)
            {
                Note(place);
                return place;
            }

            slot = (slot + 1) & _mask;
        }

        if (_references.Count == MostSlots / 2)
        {
            throw new InvalidDataException("it refers to more than a class can");
        }

        _slots[slot] = ((ulong)_class << 32) | (uint)_references.Count;
        _references.Add(reference);
        _lastMethod.Add(-1);
        if (2 * _references.Count > _mask)
        {
            Grow();
        }

        Note(_references.Count - 1);
        return _references.Count - 1;
    }

    private int SlotOf(int reference) => (int)(((uint)reference * 0x9E3779B1) >> 15) & _mask;

    // A new number leaves all slots empty.
    private void Grow()
    {
        _class++;
        _mask = Math.Min(MostSlots, 2 * (_mask + 1)) - 1;
        for (var place = 0; place < _references.Count; place++)
        {
            var slot = SlotOf(_references[place]);
            while (_slots[slot] >> 32 == _class)
            {
                slot = (slot + 1) & _mask;
            }

            _slots[slot] = ((ulong)_class << 32) | (uint)place;
        }
    }

    private void Note(int place)
    {
        if (_lastMethod[place] != _ends.Count)
        {
            _lastMethod[place] = _ends.Count;
            _ofMethods.Add(place);
        }
    }
}
