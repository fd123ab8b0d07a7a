using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Planning.Submissions;

/// <summary>What a student asked to be taken, one wish for each lesson: the last.</summary>
internal static class HandInRequests
{
    /// <summary>The wishes that stand in a seat, in the order in which they were made.</summary>
    public static IReadOnlyList<HandInRequest> Of(SeatSpec? spec)
    {
        if (spec is null or { HandIn: null, HandIns: null }) return [];
        var all = (spec.HandIns ?? new Dictionary<string, DateTimeOffset>()).Select(wish => new HandInRequest { Lesson = wish.Key, At = wish.Value });
        return [.. all.Concat(spec.HandIn is { } one ? [one] : []).GroupBy(wish => wish.Lesson, StringComparer.Ordinal).Select(wishes => wishes.MaxBy(wish => wish.At)!).OrderBy(wish => wish.At)];
    }
}
