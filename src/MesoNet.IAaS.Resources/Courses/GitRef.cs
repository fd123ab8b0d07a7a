using System.Text.RegularExpressions;

namespace MesoNet.IAaS.Resources.Courses;

/// <summary>What may name a version of a repository: a branch, a tag or a commit, never an option of git or a word of a shell.</summary>
public static class GitRef
{
    /// <summary>What the schema asks of it.</summary>
    public const string Pattern = "^[A-Za-z0-9][A-Za-z0-9._/+-]*$";

    /// <summary>How long it may be.</summary>
    public const int MaxLength = 200;

    // Not $, which a line break may follow.
    private static readonly Regex Allowed = new(@"\A[A-Za-z0-9][A-Za-z0-9._/+-]*\z", RegexOptions.NonBacktracking);

    /// <summary>Whether git could know a ref of this name: what the schema asks, and what git itself refuses (git check-ref-format).</summary>
    public static bool IsValid(string text) =>
        text.Length is > 0 and <= MaxLength && Allowed.IsMatch(text)
        && !text.Contains("..", StringComparison.Ordinal) && !text.EndsWith('.')
        && text.Split('/').All(part => part.Length > 0 && part[0] != '.' && !part.EndsWith(".lock", StringComparison.Ordinal));
}
