using System.Globalization;
using System.Reflection;

namespace SparkAzure.Core.Dss.SparkConfigs;

/// <summary>
/// The Spark keys that have a parameter of their own, between the text that Spark reads and the typed values that
/// people give and are shown. Which those are stands in <see cref="SparkKeys"/> alone: options and view are met by
/// name.
/// </summary>
internal static class TypedSparkKeys
{
    private static readonly IReadOnlyList<TypedKey> All =
    [
        .. SparkKeys.All
            .Where(k => k.Parameter is not null)
            .Select(k => new TypedKey(k, In(typeof(SparkConfigOptions), k), In(typeof(DssSparkConfig), k))),
    ];

    /// <summary>What a caller gave, as it is to stand in the configuration, in the order of the table.</summary>
    /// <param name="options">What the caller gave.</param>
    /// <param name="image">Chooses one of several images.</param>
    public static IEnumerable<SparkSetting> SettingsOf(
        SparkConfigOptions options, Func<IReadOnlyList<SparkImageName>, string> image) =>
        from typed in All
        let text = TextOf(typed.Option.GetValue(options), image)
        where text is not null
        select new SparkSetting(typed.Key.Name, text, Parameter: typed.Key.Parameter);

    /// <summary>Options with the values that a caller has under the names of the parameters.</summary>
    public static SparkConfigOptions With(SparkConfigOptions options, Func<string, object?> valueOf)
    {
        var filled = options with { };
        foreach (var typed in All)
        {
            typed.Option.SetValue(filled, valueOf(typed.Key.Parameter!));
        }

        return filled;
    }

    /// <summary>The view with the typed values in it.</summary>
    /// <param name="view">The configuration for a user's eyes.</param>
    /// <param name="valueOf">The value of a key as it may be shown; null when it is absent.</param>
    public static DssSparkConfig Show(DssSparkConfig view, Func<string, string?> valueOf)
    {
        var filled = view with { };
        foreach (var typed in All)
        {
            typed.Shown.SetValue(filled, ValueOf(valueOf(typed.Key.Name), typed.Shown.PropertyType));
        }

        return filled;
    }

    private static PropertyInfo In(Type type, SparkKey key) =>
        type.GetProperty(key.Parameter!)
            ?? throw new MissingMemberException(type.Name, key.Parameter);

    private static string? TextOf(object? value, Func<IReadOnlyList<SparkImageName>, string> image) => value switch
    {
        string text => text,
        IReadOnlyList<string> { Count: > 0 } names => string.Join(",", names),
        IReadOnlyList<SparkImageName> { Count: > 0 } images => image(images),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    // DSS's variables and other texts that are no number are in Property only.
    private static object? ValueOf(string? text, Type type)
    {
        if (type == typeof(int?))
        {
            return Number(text);
        }

        if (type == typeof(double?))
        {
            return Factor(text);
        }

        if (type == typeof(IReadOnlyList<string>))
        {
            return text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        }

        return text;
    }

    private static int? Number(string? text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        return null;
    }

    private static double? Factor(string? text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var factor))
        {
            return factor;
        }

        return null;
    }

    private sealed record TypedKey(SparkKey Key, PropertyInfo Option, PropertyInfo Shown);
}
