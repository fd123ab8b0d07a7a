using System.Globalization;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Materials;

/// <summary>Looks at a ref are named after the moment for which they were due, so that a later one answers for all before it.</summary>
public static class AskedLook
{
    /// <summary>Whether a course's wish for a look (<c>spec.code</c>) has no answer in its status yet: another ref, or a moment that no look has reached.</summary>
    public static bool IsPending(ClassroomEnvironment environment)
    {
        if (environment.Spec.Code is not { } wish) return false;
        var materials = environment.Status?.Materials;
        return (wish.Ref is { } chosen && (materials?.Ref != chosen || materials.Commit is null))
            || (wish.LookAt is { } at && IsBefore(materials?.Look, TokenOf(at)));
    }

    internal static string TokenOf(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    internal static bool IsBefore(string? look, string token) => string.CompareOrdinal(look ?? "", token) < 0;
}
