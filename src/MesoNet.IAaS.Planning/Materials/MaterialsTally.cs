using MesoNet.IAaS.Planning.Workplaces;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Materials;

/// <summary>What a Job says of all homes together: it has 4096 bytes, so only some are named.</summary>
internal sealed record MaterialsTally
{
    /// <summary>Homes that the commit was brought to without a conflict, beside first copies.</summary>
    public int Updated { get; init; }

    /// <summary>Homes in which a file was kept because its student had changed it.</summary>
    public int Conflicts { get; init; }

    /// <summary>Homes that the commit could not be brought to.</summary>
    public int Failed { get; init; }

    /// <summary>The first homes with a conflict.</summary>
    public IReadOnlyList<NamedConflict>? Named { get; init; }

    /// <summary>The first homes that failed.</summary>
    public IReadOnlyList<NamedFailure>? Failures { get; init; }

    /// <summary>Whether what went wrong with some of them may pass by itself.</summary>
    public bool Passes { get; init; }

    /// <summary>The homes that have nothing yet, because their first copy failed.</summary>
    public IReadOnlyList<MissingHomes>? Missing { get; init; }

    /// <summary>A home with a conflict: the first file that was kept, and how many more there are.</summary>
    internal sealed record NamedConflict(string Home = "", string File = "", int More = 0);

    /// <summary>A home that failed, and why.</summary>
    internal sealed record NamedFailure(string Home = "", string What = "");

    /// <summary>Homes whose first copy failed for one reason: a bit for each of the Job's homes in their order, in base64.</summary>
    internal sealed record MissingHomes(string What = "", string Homes = "")
    {
        /// <summary>Their places among the Job's homes.</summary>
        public IEnumerable<int> Places()
        {
            var bytes = new byte[Homes.Length];
            if (!Convert.TryFromBase64String(Homes, bytes, out var length)) yield break;
            for (var place = 0; place < length * 8; place++)
            {
                if ((bytes[place / 8] & 1 << place % 8) != 0) yield return place;
            }
        }
    }

    /// <summary>The same in the workplace's status.</summary>
    public PinnedMaterials In(PinnedMaterials materials, Workplace workplace)
    {
        if (Updated == 0 && Conflicts == 0 && Failed == 0) return materials with { Updated = null, Conflicts = null, Failed = null, Summary = null };
        return materials with { Updated = Updated, Conflicts = Conflicts, Failed = Failed, Summary = Sentence(workplace) };
    }

    private string Sentence(Workplace workplace)
    {
        List<string> parts = [];
        if (Updated > 0 || Conflicts > 0) parts.Add($"{Updated} updated");
        if (Conflicts > 0) parts.Add($"{Conflicts} {(Conflicts == 1 ? "has" : "have")} conflicts: {List((Named ?? []).Select(Text), Conflicts)}");
        if (Failed > 0) parts.Add($"{Failed} could not be prepared: {List((Failures ?? []).Select(failure => $"{workplace.LoginOf(failure.Home)} ({failure.What})"), Failed)}");
        return string.Join(", ", parts) + ".";

        string Text(NamedConflict conflict) => $"{workplace.LoginOf(conflict.Home)} ({conflict.File}{(conflict.More > 0 ? $" and {conflict.More} more" : "")})";
    }

    private static string List(IEnumerable<string> some, int all)
    {
        var named = some.ToList();
        var others = all - named.Count;
        return string.Join(", ", named) + (others > 0 ? $" and {others} {(named.Count == 0 ? "homes" : "more")}" : "");
    }
}
