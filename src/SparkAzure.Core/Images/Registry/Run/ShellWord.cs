namespace SparkAzure.Core.Images.Registry.Run;

/// <summary>What a piece of a shell word is.</summary>
internal enum ShellPieceKind
{
    Literal,

    /// <summary>A variable: its name, or what stands between the braces.</summary>
    Variable,

    /// <summary>The output of a command: <c>$(…)</c>.</summary>
    Command,
}

/// <summary>A piece of a shell word; what is quoted is neither split at blanks nor taken for a pattern.</summary>
internal sealed record ShellPiece(ShellPieceKind Kind, string Text, bool IsQuoted);

/// <summary>A word of a shell command before its expansions (POSIX.1-2017, Shell Command Language, 2.6).</summary>
/// <param name="Pieces">Its pieces.</param>
internal sealed record ShellWord(IReadOnlyList<ShellPiece> Pieces)
{
    /// <summary>The word when nothing in it is expanded; null otherwise.</summary>
    public string? Plain
    {
        get
        {
            if (Pieces.All(p => p.Kind == ShellPieceKind.Literal))
            {
                return string.Concat(Pieces.Select(p => p.Text));
            }

            return null;
        }
    }

    /// <summary>Whether a part of it is quoted: <c>"if"</c> is no reserved word.</summary>
    public bool IsQuoted => Pieces.Any(p => p.IsQuoted);
}
