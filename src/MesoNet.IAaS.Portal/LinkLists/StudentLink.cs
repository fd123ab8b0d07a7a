namespace MesoNet.IAaS.Portal.LinkLists;

/// <summary>The invitation of one student.</summary>
/// <param name="Login">The student's login.</param>
/// <param name="Group">The student's group; null where there is none.</param>
/// <param name="Url">The signed link. Whoever has it is the student.</param>
internal sealed record StudentLink(string Login, string? Group, string Url)
{
    /// <summary>In the order in which they are handed out: by group, then by login.</summary>
    public static IEnumerable<StudentLink> InOrder(IEnumerable<StudentLink> links) =>
        links.OrderBy(link => link.Group ?? "", StringComparer.Ordinal).ThenBy(link => link.Login, StringComparer.Ordinal);
}
