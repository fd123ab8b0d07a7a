namespace MesoNet.IAaS.Portal.Work;

/// <summary>Names that students gave their files, as names that every machine can have, and that lead nowhere else.</summary>
internal static class WorkNames
{
    /// <summary>The parts of a file's path below its student's folder; null for one that would lead out of it.</summary>
    /// <param name="name">The name in the student's archive.</param>
    /// <param name="given">What was given to files of this student before; this one is added. Two names that become the same are told apart.</param>
    public static IReadOnlyList<string>? PathOf(string name, ISet<string> given)
    {
        var parts = name.Split('/');
        if (parts.Any(part => part is "" or "." or "..")) return null;
        string[] path = [.. parts.Select(Plain)];
        var last = path[^1];
        for (var number = 2; !given.Add(string.Join('/', path)); number++) path[^1] = $"{last}-{number}";
        return path;
    }

    // Windows takes \ for a separator and : for a drive, and drops dots and spaces at the end: "..  " would lead out there.
    private static string Plain(string part)
    {
        var plain = string.Concat(part.Select(letter => char.IsControl(letter) || letter is '\\' or ':' ? '_' : letter));
        return plain[^1] is '.' or ' ' ? plain[..^1] + '_' : plain;
    }
}
