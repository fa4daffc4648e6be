using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SparkAzure.Module.Tests.Contract.Sources;

/// <summary>How a file reads, in figures.</summary>
/// <param name="File">The file.</param>
/// <param name="Lines">Its lines.</param>
/// <param name="Conditionals">Where its conditional expressions (?:) stand.</param>
/// <param name="Nested">Where one of them stands inside another.</param>
/// <param name="Wide">The lines over <see cref="Column"/> columns that are no rows of a table.</param>
/// <param name="Long">Members over <see cref="Screen"/> lines.</param>
internal sealed record LineFigures(
    SourceFile File,
    int Lines,
    IReadOnlyList<string> Conditionals,
    IReadOnlyList<string> Nested,
    IReadOnlyList<string> Wide,
    IReadOnlyList<string> Long)
{
    /// <summary>The widest a line may be, in characters.</summary>
    internal const int Column = 120;

    /// <summary>The longest a member may be, in lines: what a person sees at once.</summary>
    internal const int Screen = 60;

    public static LineFigures Of(SourceFile file)
    {
        var lines = file.Text.Split('\n');
        var conditionals = file.Root.DescendantNodes().OfType<ConditionalExpressionSyntax>().ToList();
        var rows = Rows(file);
        return new LineFigures(
            file,
            lines.Length - 1,
            [.. conditionals.Select(file.At)],
            [.. conditionals.Where(StandsInAnother).Select(file.At)],
            [.. Enumerable.Range(0, lines.Length).Where(i => lines[i].Length > Column && !rows.Contains(i)).Select(file.At)],
            [.. file.Root.DescendantNodes().Where(IsMember).Where(m => LineCount(file, m) > Screen).Select(file.At)]);
    }

    private static bool StandsInAnother(ConditionalExpressionSyntax conditional) => conditional.Ancestors()
        .TakeWhile(a => a is not (StatementSyntax or MemberDeclarationSyntax or LambdaExpressionSyntax))
        .OfType<ConditionalExpressionSyntax>()
        .Any();

    private static bool IsMember(SyntaxNode node) =>
        node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax;

    private static int LineCount(SourceFile file, SyntaxNode node)
    {
        var span = file.Tree.GetLineSpan(node.Span);
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    /// <summary>The lines of tables: rows of data that a static read-only field or property is made of.</summary>
    private static HashSet<int> Rows(SourceFile file)
    {
        var tables = file.Root.DescendantNodes().Where(IsTable).Select(node => file.Tree.GetLineSpan(node.Span));
        return
        [
            .. tables.SelectMany(span => Enumerable.Range(
                span.StartLinePosition.Line,
                span.EndLinePosition.Line - span.StartLinePosition.Line + 1)),
        ];
    }

    private static bool IsTable(SyntaxNode node) => node switch
    {
        FieldDeclarationSyntax field => field.Modifiers.Any(SyntaxKind.StaticKeyword)
            && field.Declaration.Variables.Any(v => v.Initializer?.Value is { } value && HasRows(value)),
        PropertyDeclarationSyntax { Initializer.Value: { } value } property =>
            property.Modifiers.Any(SyntaxKind.StaticKeyword) && HasRows(value),
        PropertyDeclarationSyntax { ExpressionBody.Expression: { } value } property =>
            property.Modifiers.Any(SyntaxKind.StaticKeyword) && HasRows(value),
        _ => false,
    };

    private static bool HasRows(ExpressionSyntax value) =>
        value is CollectionExpressionSyntax
            or BaseObjectCreationExpressionSyntax { Initializer: not null }
            or ImplicitArrayCreationExpressionSyntax
            or ArrayCreationExpressionSyntax
        || value.DescendantNodes().OfType<CollectionExpressionSyntax>().Any();
}
