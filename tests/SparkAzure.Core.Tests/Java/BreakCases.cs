namespace SparkAzure.Core.Tests.Java;

/// <summary>
/// Libraries that change under those who were compiled against them. In each, P is a package of its own; the code of class User was compiled
/// against <c>Before</c> and runs with <c>After</c>. A source file begins at each line <c>//// name</c>.
/// </summary>
internal sealed record BreakCase(string Name, string User, string Before, string After)
{
    public override string ToString() => Name;

    private static string Class(string name, string body) => $"//// {name}\npackage P; public class {name} {{ {body} }}\n";

    private static string Calls(string body)
    {
        var import = body.Contains("Far", StringComparison.Ordinal) ? "import P.other.*;" : "";
        return $"//// User\npackage P; {import} public class User {{ public static void run() throws Throwable {{ {body} }} }}\n";
    }

    private static string Other(string name, string text) => $"//// other/{name}\npackage P.other; {text}\n";

    public static IReadOnlyList<BreakCase> All { get; } =
    [
        new("class made", Calls("new Gone();"), Class("Gone", "") + Class("Stays", ""), Class("Stays", "")),
        new("class called", Calls("Gone.m();"), Class("Gone", "public static void m() {}") + Class("Stays", ""), Class("Stays", "")),
        new("class in array", Calls("Object o = new Gone[1];"), Class("Gone", "") + Class("Stays", ""), Class("Stays", "")),
        new("class in arrays", Calls("Object o = new Gone[1][1];"), Class("Gone", "") + Class("Stays", ""), Class("Stays", "")),
        new("class literal", Calls("Object o = Gone.class;"), Class("Gone", "") + Class("Stays", ""), Class("Stays", "")),
        new("class caught", Calls("try { Stays.m(); } catch (Gone e) { }"),
            "//// Gone\npackage P; public class Gone extends RuntimeException {}\n" + Class("Stays", "public static void m() {}"), Class("Stays", "public static void m() {}")),
        new("superclass", Calls("new Middle();"),
            Class("Gone", "") + "//// Middle\npackage P; public class Middle extends Gone {}\n", "//// Middle\npackage P; public class Middle extends Gone {}\n//// -Gone\npackage P; public class Gone {}\n"),
        new("interface", Calls("new Middle();"),
            "//// Gone\npackage P; public interface Gone {}\n//// Middle\npackage P; public class Middle implements Gone {}\n", "//// Middle\npackage P; public class Middle implements Gone {}\n//// -Gone\npackage P; public interface Gone {}\n"),
        new("superclass's interface", Calls("new Low();"),
            "//// Gone\npackage P; public interface Gone {}\n//// Middle\npackage P; public class Middle implements Gone {}\n//// Low\npackage P; public class Low extends Middle {}\n",
            "//// Middle\npackage P; public class Middle implements Gone {}\n//// Low\npackage P; public class Low extends Middle {}\n//// -Gone\npackage P; public interface Gone {}\n"),
        new("static method", Calls("Lib.check(true, \"\", null);"), Class("Lib", "public static void check(boolean b, String s, Object o) {}"), Class("Lib", "")),
        new("method", Calls("new Lib().m(new int[1][], 'c', 1L, 2.0);"), Class("Lib", "public String[] m(int[][] a, char c, long l, double d) { return null; }"), Class("Lib", "public String m(int[][] a, char c, long l, double d) { return null; }")),
        new("inherited method", Calls("new Low().m();"), Class("Lib", "public void m() {}") + "//// Low\npackage P; public class Low extends Lib {}\n", Class("Lib", "") + "//// Low\npackage P; public class Low extends Lib {}\n"),
        new("constructor", Calls("new Lib(1);"), Class("Lib", "public Lib(int i) {}"), Class("Lib", "")),
        new("interface's method", Calls("Lib l = null; l.m((byte) 1, (short) 2);"), "//// Lib\npackage P; public interface Lib { void m(byte b, short s); }\n", "//// Lib\npackage P; public interface Lib { }\n"),
        new("static field", Calls("Object o = Lib.F;"), Class("Lib", "public static String F;"), Class("Lib", "")),
        new("field", Calls("int i = new Lib().f;"), Class("Lib", "public int f;"), Class("Lib", "public long f;")),
        new("static became instance's", Calls("Lib.m();"), Class("Lib", "public static void m() {}"), Class("Lib", "public void m() {}")),
        new("instance's became static", Calls("new Lib().m(\"\");"), Class("Lib", "public void m(String s) {}"), Class("Lib", "public static void m(String s) {}")),
        new("field became instance's", Calls("Object o = Lib.F;"), Class("Lib", "public static String F;"), Class("Lib", "public String F;")),
        new("field became static", Calls("new Lib().f = 2;"), Class("Lib", "public int f;"), Class("Lib", "public static int f;")),
        new("inherited field became static", Calls("new Low().f = 2;"), Class("Lib", "public int f;") + "//// Low\npackage P; public class Low extends Lib {}\n", Class("Lib", "public static int f;") + "//// Low\npackage P; public class Low extends Lib {}\n"),
        new("inherited method became static", Calls("new Low().m();"), Class("Lib", "public void m() {}") + "//// Low\npackage P; public class Low extends Lib {}\n", Class("Lib", "public static void m() {}") + "//// Low\npackage P; public class Low extends Lib {}\n"),
        new("class called became interface", Calls("Lib l = null; l.m();"), Class("Lib", "public void m() {}"), "//// Lib\npackage P; public interface Lib { void m(); }\n"),
        new("inherited static became instance's", Calls("Low.m();"), Class("Lib", "public static void m() {}") + "//// Low\npackage P; public class Low extends Lib {}\n", Class("Lib", "public void m() {}") + "//// Low\npackage P; public class Low extends Lib {}\n"),
        new("inherited method became private", Calls("new Low().m();"), Class("Lib", "public void m() {}") + "//// Low\npackage P; public class Low extends Lib {}\n", Class("Lib", "private void m() {}") + "//// Low\npackage P; public class Low extends Lib {}\n"),
        new("interface's method became static", Calls("Lib l = new Middle(); l.m();") + "//// Middle\npackage P; public class Middle implements Lib { public void m() {} }\n", "//// Lib\npackage P; public interface Lib { void m(); }\n", "//// Lib\npackage P; public interface Lib { static void m() {} }\n"),
        new("interface's static became instance's", Calls("Lib.m();"), "//// Lib\npackage P; public interface Lib { static void m() {} }\n", "//// Lib\npackage P; public interface Lib { default void m() {} }\n"),
        new("descriptor's class changed", Calls("new Lib().m(null);"), Class("Lib", "public void m(Old o) {}") + Class("Old", ""), Class("Lib", "public void m(New o) {}") + Class("New", "")),
        new("class became interface", Calls("Lib.of();"),
            Class("Lib", "public static Lib of() { return null; } public void m() {}"), "//// Lib\npackage P; public interface Lib { static Lib of() { return null; } void m(); }\n"),
        new("interface became class", Calls("Lib l = null; l.m();"), "//// Lib\npackage P; public interface Lib { void m(); }\n", Class("Lib", "public void m() {}")),
        new("method became private", Calls("new Lib().m(1);"), Class("Lib", "public void m(int i) {}"), Class("Lib", "private void m(int i) {}")),
        new("method became its package's", Calls("new Far().m(1);"), Other("Far", "public class Far { public void m(int i) {} }"), Other("Far", "public class Far { void m(int i) {} }")),
        new("method became protected", Calls("new Far().m(1);"), Other("Far", "public class Far { public void m(int i) {} }"), Other("Far", "public class Far { protected void m(int i) {} }")),
        new("static method became private", Calls("Far.m();"), Other("Far", "public class Far { public static void m() {} }"), Other("Far", "public class Far { private static void m() {} }")),
        new("constructor became private", Calls("new Far();"), Other("Far", "public class Far { public Far() {} }"), Other("Far", "public class Far { private Far() {} }")),
        new("field became private", Calls("int i = new Lib().f;"), Class("Lib", "public int f;"), Class("Lib", "private int f;")),
        new("field became its package's", Calls("int i = Far.F;"), Other("Far", "public class Far { public static int F = new Object().hashCode(); }"), Other("Far", "public class Far { static int F = new Object().hashCode(); }")),
        new("field became protected", Calls("int i = Far.F;"), Other("Far", "public class Far { public static int F = new Object().hashCode(); }"), Other("Far", "public class Far { protected static int F = new Object().hashCode(); }")),
        new("class became its package's", Calls("new Far();"), Other("Far", "public class Far { public Far() {} }"), Other("Far", "class Far { public Far() {} }")),
        new("superclass became its package's", Calls("new Middle();") + "//// Middle\npackage P; public class Middle extends P.other.Far {}\n", Other("Far", "public class Far { public Far() {} }"), Other("Far", "class Far { public Far() {} }")),
        new("superclass became final", Calls("new Middle();") + "//// Middle\npackage P; public class Middle extends Lib {}\n", Class("Lib", ""), "//// Lib\npackage P; public final class Lib {}\n"),
        new("superclass became interface", Calls("new Middle();") + "//// Middle\npackage P; public class Middle extends Lib {}\n", Class("Lib", ""), "//// Lib\npackage P; public interface Lib {}\n"),
        new("interface implemented became class", Calls("new Middle();") + "//// Middle\npackage P; public class Middle implements Lib {}\n", "//// Lib\npackage P; public interface Lib {}\n", Class("Lib", "")),
        new("class became abstract", Calls("new Lib();"), Class("Lib", ""), "//// Lib\npackage P; public abstract class Lib {}\n"),
        new("interface got a method", Calls("Lib.call(new Middle());") + "//// Middle\npackage P; public class Middle implements Lib {}\n",
            "//// Lib\npackage P; public interface Lib { static void call(Lib l) {} }\n", "//// Lib\npackage P; public interface Lib { int m(String s); static void call(Lib l) { l.m(\"\"); } }\n"),
        new("superclass got a method", Calls("Lib.call(new Middle());") + "//// Middle\npackage P; public class Middle extends Lib {}\n",
            "//// Lib\npackage P; public abstract class Lib { static void call(Lib l) {} }\n", "//// Lib\npackage P; public abstract class Lib { abstract void m(); static void call(Lib l) { l.m(); } }\n"),
        new("interface got a method with code", Calls("Lib.call(new Middle());") + "//// Middle\npackage P; public class Middle implements Lib {}\n",
            "//// Lib\npackage P; public interface Lib { static void call(Lib l) {} }\n", "//// Lib\npackage P; public interface Lib { default int m() { return 1; } static void call(Lib l) { l.m(); } }\n"),
        new("method reference", Calls("Runnable r = Lib::m; r.run();"), Class("Lib", "public static void m() {}"), Class("Lib", "")),
        new("lambda's type", Calls("Gone g = () -> 1;"), "//// Gone\npackage P; public interface Gone { int m(); }\n" + Class("Stays", ""), Class("Stays", "")),
        new("method in lambda", Calls("Runnable r = () -> Lib.m(1); r.run();"), Class("Lib", "public static void m(int i) {}"), Class("Lib", "")),
        new("super's method", Calls("new Middle().m();") + "//// Middle\npackage P; public class Middle extends Lib { public void m() { super.m(); } }\n", Class("Lib", "public void m() {}"), Class("Lib", "")),
        new("in a static initializer", Calls("try { Object o = Holder.X; } catch (ExceptionInInitializerError e) { throw e.getCause(); }") + "//// Holder\npackage P; public class Holder { static Object X = make(); static Object make() { Lib.m(); return null; } }\n",
            Class("Lib", "public static void m() {}"), Class("Lib", "")),
        new("called back by the JDK", Calls("java.util.Arrays.sort(new Integer[] { 2, 1 }, new Order());") + "//// Order\npackage P; public class Order implements java.util.Comparator<Integer> { public int compare(Integer a, Integer b) { Lib.m(); return 0; } }\n",
            Class("Lib", "public static void m() {}"), Class("Lib", "")),
    ];
}
