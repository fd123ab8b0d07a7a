using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.UnitTests.Planning;

/// <summary>Timetables as a careless teacher might write them, many around the nights in which clocks change.</summary>
internal static class RandomTimetable
{
    private static readonly LocalDateTime[] Centres = [new(2026, 3, 28, 22, 0), new(2026, 10, 24, 22, 0), new(2026, 11, 23, 14, 0)];

    public static ClassroomEnvironmentSpec Spec(Random random) => new()
    {
        Template = new() { Name = "template" },
        TimeZone = random.Next(4) switch { 0 => "America/Cayenne", 1 => "Indian/Reunion", _ => "Europe/Paris" },
        Validity = random.Next(3) switch { 0 => null, 1 => new() { From = "2026-03-01", Until = "2026-12-31" }, _ => new() { From = "2026-03-20", Until = "2026-11-30" } },
        Suspend = random.Next(10) == 0,
        Lessons = [.. Enumerable.Range(1, random.Next(1, 6)).Select(number => Lesson(random, $"tp{number}"))],
    };

    public static string Time(Random random) => LocalTimes.Write(Local(random));

    private static Lesson Lesson(Random random, string name)
    {
        var start = Local(random);
        var end = start.PlusMinutes(random.Next(1, 300));
        return new()
        {
            Name = name, Start = LocalTimes.Write(start), End = LocalTimes.Write(end),
            HandInUntil = random.Next(2) == 0 ? null : LocalTimes.Write(end.PlusMinutes(random.Next(0, 60 * 24 * 5))),
            Groups = random.Next(3) switch { 0 => ["A"], 1 => ["B"], _ => null },
        };
    }

    private static LocalDateTime Local(Random random) => Centres[random.Next(Centres.Length)].PlusMinutes(random.Next(-60 * 24 * 10, 60 * 24 * 10));
}
