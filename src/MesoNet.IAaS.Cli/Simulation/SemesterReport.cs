using System.Text.Json;
using System.Text.Json.Serialization;
using MesoNet.IAaS.Planning.Timetable;
using NodaTime;
using NodaTime.Text;

namespace MesoNet.IAaS.Cli.Simulation;

/// <summary>What of a week, a site or a semester is counted. Hours are those of one whole GPU; a MIG slice of Ng counts as N of seven.</summary>
internal sealed record Figures
{
    /// <summary>Lessons with students.</summary>
    public int Lessons { get; init; }

    /// <summary>Of these, the lessons that the site's calendar said would not fit.</summary>
    public int Conflicts { get; init; }

    /// <summary>Seats that students expected at a bell.</summary>
    public int SeatsAsked { get; init; }

    /// <summary>Of these, ready at the bell.</summary>
    public int SeatsReadyAtBell { get; init; }

    /// <summary>Of these, ready after it.</summary>
    public int SeatsReadyLate { get; init; }

    /// <summary>Of these, never ready.</summary>
    public int SeatsNotReady { get; init; }

    /// <summary>Seats of lessons that fit which had to wait for a node all the same: other courses were warmed for longer than planned, or the free room was in pieces.</summary>
    public int SeatsThatWaitedUnforeseen { get; init; }

    /// <summary>The slowest start of those lessons, in seconds.</summary>
    public decimal SlowestStartSeconds { get; init; }

    /// <summary>GPU hours that were booked.</summary>
    public decimal GpuHoursBooked { get; init; }

    /// <summary>GPU hours that seats held.</summary>
    public decimal GpuHoursUsed { get; init; }

    /// <summary>The figures of lessons; hours are for whoever has them.</summary>
    public static Figures Of(IReadOnlyList<(LessonRun Run, bool Fits)> lessons, IEnumerable<DeviceHour> hours)
    {
        var all = hours.ToList();
        return new()
        {
            Lessons = lessons.Count,
            Conflicts = lessons.Count(lesson => !lesson.Fits),
            SeatsAsked = lessons.Sum(lesson => lesson.Run.Asked),
            SeatsReadyAtBell = lessons.Sum(lesson => lesson.Run.ReadyAtBell),
            SeatsReadyLate = lessons.Sum(lesson => lesson.Run.ReadyLate),
            SeatsNotReady = lessons.Sum(lesson => lesson.Run.Asked - lesson.Run.ReadyAtBell - lesson.Run.ReadyLate),
            SeatsThatWaitedUnforeseen = lessons.Where(lesson => lesson.Fits).Sum(lesson => lesson.Run.Waited),
            SlowestStartSeconds = Math.Round((decimal)lessons.Select(lesson => lesson.Run.Slowest).DefaultIfEmpty(Duration.Zero).Max().TotalSeconds, 1),
            GpuHoursBooked = Math.Round(all.Sum(hour => hour.Booked * GpuShare(hour.Resource)), 3),
            GpuHoursUsed = Math.Round(all.Sum(hour => hour.Used * GpuShare(hour.Resource)), 3),
        };
    }

    /// <summary>How much of a GPU a device is: a slice 2g.20gb has two of a card's seven parts; what is no GPU has none.</summary>
    internal static decimal GpuShare(string resource)
    {
        var slice = resource.IndexOf("/mig-", StringComparison.Ordinal);
        if (slice >= 0) return slice + 5 < resource.Length && char.IsAsciiDigit(resource[slice + 5]) ? (resource[slice + 5] - '0') / 7m : 0;
        return resource.EndsWith("/gpu", StringComparison.Ordinal) ? 1 : 0;
    }
}

/// <summary>A week.</summary>
internal sealed record WeekReport(int Week, string From, Figures Figures);

/// <summary>A site.</summary>
internal sealed record SiteReport(string Name, string Title, int Nodes, int Courses, int Students, Figures Figures, IReadOnlyDictionary<string, DeviceUse> Devices);

/// <summary>A kind of device at a site: how many there are, and for how many device hours they were booked and used.</summary>
internal sealed record DeviceUse(decimal There, decimal HoursBooked, decimal HoursUsed);

/// <summary>A lesson that does not fit.</summary>
internal sealed record Conflict(string Site, string Course, string Lesson, string Sentence);

/// <summary>A semester of all sites.</summary>
internal sealed record SemesterReport(
    int Courses, int Students, string From, string Until, string Zone, IReadOnlyList<WeekReport> Weeks, Figures Total, IReadOnlyList<SiteReport> Sites, IReadOnlyList<Conflict> Conflicts)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    /// <summary>What the figures rest on.</summary>
    public string Model { get; } = SiteSimulation.Assumptions;

    /// <summary>Each hour of each device of each site.</summary>
    [JsonIgnore]
    public IReadOnlyList<(string Site, DeviceHour Hour)> Hours { get; private init; } = [];

    /// <summary>Plays a semester: from the week of the first lesson to that of the last.</summary>
    /// <exception cref="Site.UserMistakeException">The folder cannot be read.</exception>
    public static SemesterReport Of(string folder)
    {
        var sites = SiteFolder.ReadAll(folder);
        var specs = sites.SelectMany(site => site.Objects.Environments).Select(environment => environment.Spec).ToList();
        var zones = specs.Select(spec => LocalTimes.Zone(spec)!).Distinct().ToList();
        var zone = zones is [var only] ? only : DateTimeZoneProviders.Tzdb["Europe/Paris"];
        var lessons = specs.SelectMany(spec => new CourseTimetable(spec, Duration.Zero).Lessons).ToList();
        if (lessons.Count == 0) throw new Site.UserMistakeException($"No course in {folder} has lessons: there is no semester to play.");
        var first = Monday(lessons.Min(lesson => lesson.Start).InZone(zone).Date);
        var end = Monday(lessons.Max(lesson => lesson.End - Duration.FromNanoseconds(1)).InZone(zone).Date).PlusWeeks(1);
        var played = sites.Select(site => (Site: site, Run: SiteSimulation.Run(site, first.AtStartOfDayInZone(zone).ToInstant(), end.AtStartOfDayInZone(zone).ToInstant()))).ToList();
        return Of(played, specs.SelectMany(spec => spec.Students ?? []).Select(student => student.Login).Distinct(StringComparer.Ordinal).Count(), first, end, zone);
    }

    /// <summary>One JSON object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    private static SemesterReport Of(IReadOnlyList<(SiteFolder Site, SiteSimulation Run)> played, int students, LocalDate first, LocalDate end, DateTimeZone zone)
    {
        var reports = new List<SiteReport>();
        var conflicts = new List<Conflict>();
        var lessons = new List<(LessonRun Run, bool Fits)>();
        var hours = new List<(string Site, DeviceHour Hour)>();
        foreach (var (site, run) in played)
        {
            var mine = new List<(LessonRun Run, bool Fits)>();
            foreach (var lesson in run.Runs.Where(lesson => lesson.Lesson is not null))
            {
                var fit = run.Calendar.FitOf(lesson.Course.Environment.Key, run.From).Lessons.FirstOrDefault(fit => fit.Lesson == lesson.Lesson!.Name);
                mine.Add((lesson, fit?.Fits != false));
                if (fit?.Fits == false) conflicts.Add(new(site.Name, lesson.Course.Environment.Metadata.Name!, lesson.Lesson!.Name, fit.Sentence));
            }

            var mineHours = run.Ledger.Hours.ToList();
            lessons.AddRange(mine);
            hours.AddRange(mineHours.Select(hour => (site.Name, hour)));
            reports.Add(new(
                site.Name, site.Model.Title ?? site.Name, site.Objects.Nodes.Count, site.Objects.Environments.Count,
                site.Objects.Environments.SelectMany(environment => environment.Spec.Students ?? []).Select(student => student.Login).Distinct(StringComparer.Ordinal).Count(),
                Figures.Of(mine, mineHours), Devices(run, mineHours)));
        }

        var weeks = Enumerable.Range(0, Period.Between(first, end, PeriodUnits.Weeks).Weeks).Select(week =>
        {
            var (from, to) = (first.PlusWeeks(week).AtStartOfDayInZone(zone).ToInstant(), first.PlusWeeks(week + 1).AtStartOfDayInZone(zone).ToInstant());
            return new WeekReport(week + 1, LocalDatePattern.Iso.Format(first.PlusWeeks(week)), Figures.Of(
                [.. lessons.Where(lesson => from <= lesson.Run.Lesson!.Start && lesson.Run.Lesson.Start < to)], hours.Select(item => item.Hour).Where(hour => from <= hour.From && hour.From < to)));
        });
        return new(
            reports.Sum(site => site.Courses), students, LocalDatePattern.Iso.Format(first), LocalDatePattern.Iso.Format(end.PlusDays(-1)), zone.Id, [.. weeks],
            Figures.Of(lessons, hours.Select(item => item.Hour)), reports, conflicts) { Hours = hours };
    }

    private static SortedDictionary<string, DeviceUse> Devices(SiteSimulation run, IReadOnlyList<DeviceHour> hours) => new(
        run.Calendar.Devices.ToDictionary(device => device, device => new DeviceUse(
            run.Calendar.Capacity(device), Math.Round(hours.Where(hour => hour.Resource == device).Sum(hour => hour.Booked), 3),
            Math.Round(hours.Where(hour => hour.Resource == device).Sum(hour => hour.Used), 3))),
        StringComparer.Ordinal);

    private static LocalDate Monday(LocalDate date) => date.PlusDays(1 - (int)date.DayOfWeek);
}
