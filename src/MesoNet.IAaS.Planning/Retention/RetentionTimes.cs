using System.Globalization;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Planning.Retention;

/// <summary>When the steps of retention are due.</summary>
internal static class RetentionTimes
{
    /// <summary>How long homes stay beside their archives where the spec does not say.</summary>
    public static Duration DefaultDeleteAfter { get; } = Duration.FromDays(14);

    /// <summary>A span such as 90d, 12h or 30m; null where it is none, or longer than anybody can mean.</summary>
    public static Duration? Span(string? text)
    {
        if (text is not { Length: >= 2 and <= 7 } || text[0] is '0' || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return null;
        return text[^1] switch
        {
            'd' when number <= 36_525 => Duration.FromDays(number),
            'h' => Duration.FromHours(number),
            'm' => Duration.FromMinutes(number),
            _ => null,
        };
    }

    /// <summary>When the archives are begun; null for never.</summary>
    public static Instant? ArchiveAt(Course course) =>
        course.Timetable.ValidUntil is { } end && Span(course.Environment.Spec.Retention?.KeepFor) is { } keepFor ? end + keepFor : null;

    /// <summary>When homes that are archived are deleted.</summary>
    public static DateTimeOffset DeleteAt(Course course, RetentionStatus archived) =>
        archived.Since!.Value + (Span(course.Environment.Spec.Retention?.DeleteAfter) ?? DefaultDeleteAfter).ToTimeSpan();
}
