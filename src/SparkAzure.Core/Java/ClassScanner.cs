using System.Buffers.Binary;

namespace SparkAzure.Core.Java;

/// <summary>
/// Reads one class file after another into a jar's <see cref="SegmentBuilder"/>: what it declares, and per method what
/// its code
/// uses. Annotations are no constants of the kind Class, so a missing one is no reference, as in a JVM; neither is what
/// only
/// InnerClasses, EnclosingMethod, a throws clause or a stack map names. Format: JVMS 4.
/// </summary>
/// <param name="buffers">Where the classes go, and what is used again for the next class.</param>
/// <param name="withCode">False leaves the code out: of a JDK only what it declares is asked.</param>
internal sealed class ClassScanner(ScanBuffers buffers, bool withCode)
{
    private readonly SegmentBuilder _builder = buffers.Builder;
    private readonly ConstantPool _pool = buffers.Pool;
    private readonly int[] _names = buffers.Names;
    private readonly UseList _uses = buffers.Uses;
    private readonly List<int> _bootstraps = [];
    private readonly MemberList _fields = buffers.Fields;
    private readonly MemberList _methods = buffers.Methods;
    private int[] _interfaces = [];
    private int _interfaceCount;
    private int _nestHost;
    private bool _hasAttributes;

    /// <summary>Reads a class and adds it.</summary>
    /// <param name="file">The class file.</param>
    /// <param name="name">Its name with slashes, as the entry has it.</param>
    /// <param name="release">0, or the Java release from which on it counts.</param>
    /// <param name="crc32">The CRC-32 of the file, 0 where nothing states it.</param>
    /// <exception cref="InvalidDataException">It cannot be read; nothing was added.</exception>
    public void Read(ReadOnlySpan<byte> file, ReadOnlySpan<byte> name, int release, uint crc32 = 0)
    {
        var reader = new ByteReader(file, _pool.Read(file));
        _names.AsSpan(0, _pool.Count).Clear();
        _uses.Start(_pool.Count);
        var flags = (ClassFlags)reader.Short();
        var self = _pool.Text(file, _pool.First(file, reader.Short(), ConstantPool.Class));
        if (!self.SequenceEqual(name))
        {
            throw new InvalidDataException("its name is another one than its entry's");
        }

        var super = -1;
        var superIndex = reader.Short();
        if (superIndex != 0)
        {
            super = ClassName(file, superIndex);
        }

        ReadInterfaces(file, ref reader);
        var members = reader.At;
        SkipMembers(ref reader);
        SkipMembers(ref reader);
        ReadAttributes(file, ref reader);

        reader = new ByteReader(file, members);
        _fields.Clear();
        _methods.Clear();
        ReadFields(file, ref reader);
        if (ReadMethods(file, ref reader))
        {
            flags |= ClassFlags.Initializer;
        }

        // An interface without members has at least the name of its source.
        if (_methods.Count == 0 && _fields.Count == 0 && !_hasAttributes && withCode)
        {
            flags |= ClassFlags.Hollow;
            AddPool(file);
        }

        var row = new ClassRow
        {
            Name = _builder.Names.Intern(name),
            Super = super,
            Flags = flags,
            Release = release,
            Crc32 = crc32,
        };
        _builder.Add(row, _nestHost, _interfaces.AsSpan(0, _interfaceCount), _fields, _methods, _uses);
    }

    private void ReadInterfaces(ReadOnlySpan<byte> file, ref ByteReader reader)
    {
        _interfaceCount = reader.Short();
        if (_interfaces.Length < _interfaceCount)
        {
            _interfaces = new int[_interfaceCount];
        }

        for (var i = 0; i < _interfaceCount; i++)
        {
            _interfaces[i] = ClassName(file, reader.Short());
        }
    }

    private static void SkipMembers(ref ByteReader reader)
    {
        for (var count = reader.Short(); count > 0; count--)
        {
            reader.Skip(6);
            for (var attributes = reader.Short(); attributes > 0; attributes--)
            {
                reader.Skip(2);
                reader.Skip((uint)reader.Int());
            }
        }
    }

    private void ReadAttributes(ReadOnlySpan<byte> file, ref ByteReader reader)
    {
        _nestHost = -1;
        _bootstraps.Clear();
        var attributes = reader.Short();
        _hasAttributes = attributes > 0;
        for (; attributes > 0; attributes--)
        {
            var name = _pool.Text(file, reader.Short());
            var length = reader.Int();
            var content = new ByteReader(reader.Span(length), 0);
            if (name.SequenceEqual("NestHost"u8))
            {
                _nestHost = ClassName(file, content.Short());
            }
            else if (name.SequenceEqual("BootstrapMethods"u8) && withCode)
            {
                ReadBootstraps(file, reader.At - length, length);
            }
        }
    }

    // Only where each one begins: most are read when code comes to them.
    private void ReadBootstraps(ReadOnlySpan<byte> file, int from, int length)
    {
        var content = new ByteReader(file.Slice(from, length), 0);
        for (var count = content.Short(); count > 0; count--)
        {
            _bootstraps.Add(from + content.At);
            content.Skip(2);
            content.Skip(2 * content.Short());
        }
    }

    private void ReadFields(ReadOnlySpan<byte> file, ref ByteReader reader)
    {
        for (var count = reader.Short(); count > 0; count--)
        {
            var flags = reader.Short();
            _fields.Add(Name(file, reader.Short()), Name(file, reader.Short()), flags);
            for (var attributes = reader.Short(); attributes > 0; attributes--)
            {
                reader.Skip(2);
                reader.Skip((uint)reader.Int());
            }
        }
    }

    // True when the class has a static initializer.
    private bool ReadMethods(ReadOnlySpan<byte> file, ref ByteReader reader)
    {
        var initializer = false;
        for (var count = reader.Short(); count > 0; count--)
        {
            var flags = reader.Short();
            var nameIndex = reader.Short();
            initializer |= _pool.Text(file, nameIndex).SequenceEqual("<clinit>"u8);
            _methods.Add(Name(file, nameIndex), Name(file, reader.Short()), flags);
            for (var attributes = reader.Short(); attributes > 0; attributes--)
            {
                var attribute = _pool.Text(file, reader.Short());
                var content = reader.Span(reader.Int());
                if (withCode && attribute.SequenceEqual("Code"u8))
                {
                    ReadCode(file, content);
                }
            }

            _uses.EndMethod();
        }

        return initializer;
    }

    private void ReadCode(ReadOnlySpan<byte> file, ReadOnlySpan<byte> attribute)
    {
        var reader = new ByteReader(attribute, 4);
        var code = reader.Span(reader.Int());
        for (var at = 0; at < code.Length;)
        {
            var instruction = code[at];
            var length = Instructions.Length(code, at);
            if (length > 1)
            {
                ReadInstruction(file, instruction, code.Slice(at, length));
            }

            at += length;
        }

        for (var handlers = reader.Short(); handlers > 0; handlers--)
        {
            reader.Skip(6);
            var caught = reader.Short();
            if (caught != 0)
            {
                UseClass(file, caught, ReferenceUse.Catch);
            }
        }
    }

    private void ReadInstruction(ReadOnlySpan<byte> file, byte instruction, ReadOnlySpan<byte> bytes)
    {
        switch (instruction)
        {
            case >= Instructions.GetStatic and <= Instructions.InvokeInterface:
                UseMember(file, Index(bytes), (ReferenceUse)(instruction - Instructions.GetStatic));
                break;
            case Instructions.InvokeDynamic:
                UseDynamic(file, Index(bytes), ConstantPool.InvokeDynamic);
                break;
            case Instructions.New:
                UseClass(file, Index(bytes), ReferenceUse.New);
                break;
            case Instructions.NewArray or Instructions.CheckCast or Instructions.InstanceOf or Instructions.NewArrays:
                UseClass(file, Index(bytes), ReferenceUse.Class);
                break;
            case Instructions.LoadConstant:
                UseConstant(file, bytes[1]);
                break;
            case Instructions.LoadConstantWide or Instructions.LoadConstantWide2:
                UseConstant(file, Index(bytes));
                break;
            default:
                break;
        }
    }

    private static int Index(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]);

    private void UseConstant(ReadOnlySpan<byte> file, int index)
    {
        switch (_pool.Tag(file, index))
        {
            case ConstantPool.Class:
                UseClass(file, index, ReferenceUse.Class);
                break;
            case ConstantPool.MethodHandle:
                UseHandle(file, index);
                break;
            case ConstantPool.MethodType:
                UseTypes(_pool.Text(file, _pool.First(file, index, ConstantPool.MethodType)));
                break;
            case ConstantPool.Dynamic:
                UseDynamic(file, index, ConstantPool.Dynamic);
                break;
            default:
                break;
        }
    }

    // A lambda: the factory's type, the bootstrap method, and what it is given, all linked when the code first comes
    // here.
    private void UseDynamic(ReadOnlySpan<byte> file, int index, byte tag)
    {
        // A constant may be its own argument's argument; no compiler makes that.
        if (!_uses.Visit(index))
        {
            return;
        }

        var bootstrap = _pool.First(file, index, tag);
        var type = _pool.Second(file, _pool.Second(file, index, tag), ConstantPool.NameAndType);
        UseTypes(_pool.Text(file, type));
        if (bootstrap >= _bootstraps.Count)
        {
            throw new InvalidDataException("a lambda without its bootstrap method");
        }

        var reader = new ByteReader(file, _bootstraps[bootstrap]);
        UseHandle(file, reader.Short());
        for (var arguments = reader.Short(); arguments > 0; arguments--)
        {
            UseConstant(file, reader.Short());
        }
    }

    private void UseHandle(ReadOnlySpan<byte> file, int index)
    {
        var (kind, reference) = _pool.Handle(file, index);
        var use = kind switch
        {
            1 => ReferenceUse.GetField,
            2 => ReferenceUse.GetStatic,
            3 => ReferenceUse.PutField,
            4 => ReferenceUse.PutStatic,
            5 => ReferenceUse.InvokeVirtual,
            6 => ReferenceUse.InvokeStatic,
            7 or 8 => ReferenceUse.InvokeSpecial,
            9 => ReferenceUse.InvokeInterface,
            _ => throw new InvalidDataException("a method handle of an unknown kind"),
        };
        UseMember(file, reference, use, isDynamic: true);
        if (kind == 8)
        {
            UseClass(file, _pool.First(file, reference, _pool.Tag(file, reference)), ReferenceUse.New, isDynamic: true);
        }
    }

    private void UseTypes(ReadOnlySpan<byte> descriptor)
    {
        for (var from = descriptor.IndexOf((byte)'L'); from >= 0; from = descriptor.IndexOf((byte)'L'))
        {
            descriptor = descriptor[(from + 1)..];
            var end = descriptor.IndexOf((byte)';');
            if (end < 0)
            {
                throw new InvalidDataException("a descriptor without its end");
            }

            _uses.AddClass(_builder.Names.Intern(descriptor[..end]), ReferenceUse.MethodType, isDynamic: true);
            descriptor = descriptor[(end + 1)..];
        }
    }

    private void UseClass(ReadOnlySpan<byte> file, int index, ReferenceUse use, bool isDynamic = false)
    {
        if (!_uses.Repeat(index, use, isDynamic))
        {
            _uses.Remember(index, _uses.AddClass(ClassName(file, index), use, isDynamic));
        }
    }

    private void UseMember(ReadOnlySpan<byte> file, int index, ReferenceUse use, bool isDynamic = false)
    {
        if (_uses.Repeat(index, use, isDynamic))
        {
            return;
        }

        var tag = _pool.Tag(file, index);
        if (tag is < ConstantPool.Field or > ConstantPool.InterfaceMethod)
        {
            throw new InvalidDataException("a call of what is no member");
        }

        var owner = ClassName(file, _pool.First(file, index, tag));
        var type = _pool.Second(file, index, tag);
        var reference = new MemberReference(
            owner,
            Name(file, _pool.First(file, type, ConstantPool.NameAndType)),
            Name(file, _pool.Second(file, type, ConstantPool.NameAndType)),
            (MemberKind)tag);
        _uses.Remember(index, _uses.AddMember(_builder.Intern(reference), use, isDynamic));
    }

    private void AddPool(ReadOnlySpan<byte> file)
    {
        for (var i = 1; i < _pool.Count; i++)
        {
            if (_pool.Tag(file, i) == ConstantPool.Class)
            {
                _uses.AddClass(ClassName(file, i), ReferenceUse.Pool, isDynamic: false);
            }
        }
    }

    private int ClassName(ReadOnlySpan<byte> file, int index) =>
        Name(file, _pool.First(file, index, ConstantPool.Class));

    private int Name(ReadOnlySpan<byte> file, int textIndex)
    {
        // 0 is not interned yet.
        if ((uint)textIndex < (uint)_pool.Count && _names[textIndex] > 0)
        {
            return _names[textIndex] - 1;
        }

        var id = _builder.Names.Intern(_pool.Text(file, textIndex));
        _names[textIndex] = id + 1;
        return id;
    }
}
