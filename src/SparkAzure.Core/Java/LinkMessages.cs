namespace SparkAzure.Core.Java;

/// <summary>
/// What HotSpot throws and prints, per Java release. Run on 8u, 17 and 25 (the tests compare to the letter); the texts
/// of 11 follow
/// from the changes that brought them: JDK-8199940 (loaders in IllegalAccessError, 11) and JDK-8221470 (methods as in
/// source, 13).
/// </summary>
/// <param name="release">The Java that throws.</param>
internal sealed class LinkMessages(int release)
{
    private const int InterfaceConstants = 9;
    private const int LoadersNamed = 11;
    private const int MethodsAsInSource = 13;
    private const int FieldsAsInSource = 21;

    /// <summary>
    /// True when the message names the class that declares a method, false when it names the one that the code does.
    /// </summary>
    public bool NamesDeclaringClass => release >= MethodsAsInSource;

    public static LinkProblem MissingClass(string name) => new("java.lang.NoClassDefFoundError", name);

    /// <summary>A class that is asked for by its name and is missing.</summary>
    public static LinkProblem MissingNamedClass(string name) =>
        new("java.lang.ClassNotFoundException", JavaNames.Dotted(name));

    /// <summary>The class, with slashes, that a problem says is missing; null for another problem.</summary>
    public static string? MissingIn(LinkProblem problem)
    {
        const string Missing = "java.lang.NoClassDefFoundError";
        if (problem.Exception == Missing)
        {
            return problem.Message;
        }

        // Java 8 wraps what a lambda meets.
        if (problem.Message.StartsWith(Missing + ": ", StringComparison.Ordinal))
        {
            return problem.Message[(Missing.Length + 2)..];
        }

        return null;
    }

    public static LinkProblem Circular(string name) => new("java.lang.ClassCircularityError", name);

    /// <summary>A problem that arises while a lambda or a method handle is linked.</summary>
    public LinkProblem InLambda(LinkProblem problem)
    {
        if (release < InterfaceConstants)
        {
            return new("java.lang.BootstrapMethodError", problem.ToString());
        }

        return problem;
    }

    /// <summary>
    /// Java 8 runs a static method of an interface that was one of a class when the code was compiled.
    /// </summary>
    public bool AllowsKind(bool isInterface, ReferenceUse use) =>
        isInterface && use == ReferenceUse.InvokeStatic && release < InterfaceConstants;

    public LinkProblem WrongKind(string owner, bool isInterface, ReferenceUse use, string name, string descriptor)
    {
        if (!isInterface)
        {
            return Incompatible($"Found class {JavaNames.Dotted(owner)}, but interface was expected");
        }

        if (release >= InterfaceConstants && use is ReferenceUse.InvokeStatic or ReferenceUse.InvokeSpecial)
        {
            return Incompatible($"Method {Method(owner, name, descriptor)} must be InterfaceMethodref constant");
        }

        return Incompatible($"Found interface {JavaNames.Dotted(owner)}, but class was expected");
    }

    public static LinkProblem Instantiation(string name) => new("java.lang.InstantiationError", JavaNames.Dotted(name));

    public static LinkProblem SuperIsInterface(string name, string super) =>
        Incompatible($"class {JavaNames.Dotted(name)} has interface {JavaNames.Dotted(super)} as super class");

    public LinkProblem SuperIsFinal(string name, string super)
    {
        if (release < MethodsAsInSource)
        {
            return new("java.lang.VerifyError", "Cannot inherit from final class");
        }

        return Incompatible(
            $"class {JavaNames.Dotted(name)} cannot inherit from final class {JavaNames.Dotted(super)}");
    }

    public LinkProblem NoInterface(string name, string super)
    {
        if (release < LoadersNamed)
        {
            return Incompatible("Implementing class");
        }

        var (self, other) = (JavaNames.Dotted(name), JavaNames.Dotted(super));
        return Incompatible(
            $"class {self} can not implement {other}, because it is not an interface"
            + $" ({other} is in unnamed module of loader 'app')");
    }

    public LinkProblem SuperNotAccessible(string name, string super, bool isInterface)
    {
        var (self, other) = (JavaNames.Dotted(name), JavaNames.Dotted(super));
        var kind = isInterface ? "superinterface" : "superclass";
        return Illegal($"class {self} cannot access its {kind} {other}{Loaders(self, other)}");
    }

    public LinkProblem NoSuchMethod(string owner, string name, string descriptor) =>
        new("java.lang.NoSuchMethodError", Method(owner, name, descriptor));

    public LinkProblem NoSuchField(string owner, string name, string descriptor)
    {
        var message = name;
        if (release >= FieldsAsInSource)
        {
            message = $"Class {JavaNames.Dotted(owner)} does not have member field '{JavaNames.Type(descriptor)} " +
                $"{name}'";
        }

        return new("java.lang.NoSuchFieldError", message);
    }

    public LinkProblem NotStaticMethod(string owner, string name, string descriptor) =>
        Incompatible($"Expected static method {Method(owner, name, descriptor)}");

    public LinkProblem StaticMethod(string owner, string name, string descriptor, ReferenceUse use)
    {
        var method = Method(owner, name, descriptor);
        if (use == ReferenceUse.InvokeInterface)
        {
            return Incompatible($"Expected instance not static method {method}");
        }

        return Incompatible($"Expecting non-static method {method}");
    }

    public static LinkProblem WrongField(string owner, string name, bool expectedStatic)
    {
        var kind = expectedStatic ? "static" : "non-static";
        return Incompatible($"Expected {kind} field {JavaNames.Dotted(owner)}.{name}");
    }

    public LinkProblem ClassNotAccessible(string name, string referrer)
    {
        var (self, other) = (JavaNames.Dotted(referrer), JavaNames.Dotted(name));
        if (release < LoadersNamed)
        {
            return Illegal($"tried to access class {other} from class {self}");
        }

        return Illegal($"failed to access class {other} from class {self}{Loaders(other, self)}");
    }

    public LinkProblem MethodNotAccessible(
        string owner, string name, string descriptor, ClassFlags flags, string referrer)
    {
        var self = JavaNames.Dotted(referrer);
        var method = Method(owner, name, descriptor);
        if (release < LoadersNamed)
        {
            return Illegal($"tried to access method {method} from class {self}");
        }

        var words = Word(flags, ClassFlags.Abstract, "abstract ") + AccessWord(flags);
        return Illegal($"class {self} tried to access {words}method {method}{Loaders(self, JavaNames.Dotted(owner))}");
    }

    public LinkProblem FieldNotAccessible(string owner, string name, ClassFlags flags, string referrer)
    {
        var (self, other) = (JavaNames.Dotted(referrer), JavaNames.Dotted(owner));
        if (release < LoadersNamed)
        {
            return Illegal($"tried to access field {other}.{name} from class {self}");
        }

        return Illegal($"class {self} tried to access {AccessWord(flags)}field {other}.{name}{Loaders(self, other)}");
    }

    /// <summary>An instance's class has no code for what is called.</summary>
    /// <param name="receiver">The instance's class.</param>
    /// <param name="owner">The class that declares the method.</param>
    /// <param name="isInterface">Whether that is an interface.</param>
    /// <param name="name">The method.</param>
    /// <param name="descriptor">Its descriptor.</param>
    public LinkProblem NotImplemented(string receiver, string owner, bool isInterface, string name, string descriptor)
    {
        const string Error = "java.lang.AbstractMethodError";
        var (self, other) = (JavaNames.Dotted(receiver), JavaNames.Dotted(owner));
        if (release < LoadersNamed)
        {
            // A call through an interface names the receiver, any other the class that declares.
            var named = isInterface ? self : other;
            return new(Error, $"{named}.{name}{descriptor}");
        }

        var kind = isInterface ? "interface" : "abstract class";
        var method = $"{name}{descriptor}";
        if (release >= MethodsAsInSource)
        {
            method = JavaNames.Method("", name, descriptor).Replace(" .", " ", StringComparison.Ordinal);
        }

        return new(
            Error,
            $"Receiver class {self} does not define or inherit an implementation of the resolved method"
            + $" 'abstract {method}' of {kind} {other}.");
    }

    private static LinkProblem Incompatible(string message) => new("java.lang.IncompatibleClassChangeError", message);

    private static LinkProblem Illegal(string message) => new("java.lang.IllegalAccessError", message);

    private static string Word(ClassFlags flags, ClassFlags wanted, string word)
    {
        if (flags.HasFlag(wanted))
        {
            return word;
        }

        return "";
    }

    private static string AccessWord(ClassFlags flags) =>
        Word(flags, ClassFlags.Protected, "protected ") + Word(flags, ClassFlags.Private, "private ");

    private string Loaders(string first, string second)
    {
        if (release < LoadersNamed)
        {
            return "";
        }

        return $" ({first} and {second} are in unnamed module of loader 'app')";
    }

    private string Method(string owner, string name, string descriptor)
    {
        if (release < MethodsAsInSource)
        {
            return $"{JavaNames.Dotted(owner)}.{name}{descriptor}";
        }

        return $"'{JavaNames.Method(JavaNames.Dotted(owner), name, descriptor)}'";
    }
}
