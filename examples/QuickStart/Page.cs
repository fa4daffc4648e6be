namespace SparkAzure.QuickStart;

/// <summary>Prints headings, aligned columns and wrapped text, 100 characters wide.</summary>
internal static class Page
{
    private const int Width = 100;
    private const string Margin = "     ";

    public static void Heading(string text)
    {
        Console.WriteLine();
        Console.WriteLine(text);
        Console.WriteLine(new string('=', Math.Min(text.Length, Width)));
    }

    public static void Station(int number, string cmdlet, TimeSpan time)
    {
        Console.WriteLine();
        Console.WriteLine($"{number,3}  {cmdlet,-86}{time.TotalSeconds,5:0.0} s");
    }

    /// <summary>Names and values, the values in one column; what is too long goes on below itself.</summary>
    public static void Facts(params (string Name, object? Value)[] facts)
    {
        var shown = facts.Where(f => f.Value is not null).Select(f => (f.Name, Value: Text(f.Value!))).ToList();
        var column = shown.Select(f => f.Name.Length).DefaultIfEmpty().Max() + 2;
        foreach (var (name, value) in shown)
        {
            Wrapped(name.PadRight(column), value);
        }
    }

    /// <summary>Rows under headings, every column as wide as it must be.</summary>
    public static void Table(string[] headings, IEnumerable<string[]> rows)
    {
        var all = rows.Prepend(headings).ToList();
        var widths = headings.Select((_, i) => all.Max(r => r[i].Length)).ToArray();
        foreach (var row in all)
        {
            Console.WriteLine((Margin +
                string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i])))).TrimEnd());
        }
    }

    public static void Lines(string text)
    {
        foreach (var line in text.TrimEnd().Split('\n'))
        {
            Console.WriteLine(Margin + line.TrimEnd('\r'));
        }
    }

    public static void Note(string text) => Wrapped("! ", text);

    public static void Check(bool passed, string text) => Wrapped(passed ? "ok      " : "FAILED  ", text);

    private static void Wrapped(string head, string text)
    {
        var room = Width - Margin.Length - head.Length;
        var line = "";
        foreach (var word in text.ReplaceLineEndings(" ").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > room)
            {
                Console.WriteLine($"{Margin}{head}{line}");
                head = new string(' ', head.Length);
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        Console.WriteLine($"{Margin}{head}{line}");
    }

    private static string Text(object value) => value switch
    {
        bool yes => yes ? "yes" : "no",
        _ => value.ToString() ?? "",
    };
}
