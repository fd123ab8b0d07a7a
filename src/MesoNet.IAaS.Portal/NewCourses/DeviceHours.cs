using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Portal.NewCourses;

/// <summary>For how many hours a course holds cards of a kind: what is accounted.</summary>
/// <param name="Device">The resource, such as nvidia.com/gpu.</param>
/// <param name="Hours">Cards times hours; null where the course never ends.</param>
internal sealed record DeviceHours(string Device, decimal? Hours)
{
    /// <summary>The hours of all lessons, or of the whole validity where there are none. Only for a spec that obeys the rules.</summary>
    public static IReadOnlyList<DeviceHours> Of(ClassroomEnvironmentSpec spec, SeatResources seat)
    {
        var timetable = new CourseTimetable(spec, Duration.Zero);
        var students = spec.Students ?? [];
        decimal? seatHours = timetable.Lessons.Count > 0
            ? timetable.Lessons.Sum(lesson => students.Count(student => lesson.IsFor(student.Group)) * HoursOf(lesson.End - lesson.Start))
            : timetable is { ValidFrom: { } from, ValidUntil: { } until } ? students.Count * HoursOf(until - from) : null;
        return
        [
            .. (seat.Devices ?? new Dictionary<string, MesoNet.IAaS.Kubernetes.Objects.Quantity>()).Where(device => device.Value.Value > 0)
                .OrderBy(device => device.Key, StringComparer.Ordinal).Select(device => new DeviceHours(device.Key, device.Value.Value * seatHours)),
        ];
    }

    private static decimal HoursOf(Duration duration) => (decimal)duration.TotalSeconds / 3600;
}
