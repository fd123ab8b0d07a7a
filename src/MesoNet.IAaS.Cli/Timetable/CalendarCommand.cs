using System.CommandLine;
using System.Text.Json;
using MesoNet.IAaS.Cli.Options;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Timetable;
using NodaTime;
using NodaTime.Text;
using Command = System.CommandLine.Command;

namespace MesoNet.IAaS.Cli.Timetable;

/// <summary>What is booked of a resource at the fullest moment of a day.</summary>
/// <param name="Date">The day.</param>
/// <param name="Resource">cpu, memory (in bytes) or an extended resource.</param>
/// <param name="Booked">The most that is booked at once.</param>
/// <param name="Capacity">What the nodes have.</param>
/// <param name="From">The local time from which on so much is booked.</param>
/// <param name="Courses">By which courses, with their lessons.</param>
internal sealed record BookedDay(string Date, string Resource, decimal Booked, decimal Capacity, string From, IReadOnlyList<string> Courses);

/// <summary><c>mesonet calendar</c>: how full the site will be, day by day.</summary>
internal sealed class CalendarCommand(ClusterReader cluster, TimeProvider time)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };
    private static readonly LocalTimePattern TimePattern = LocalTimePattern.CreateWithInvariantCulture("HH':'mm");
    private static readonly LocalDatePattern DayPattern = LocalDatePattern.CreateWithInvariantCulture("ddd uuuu'-'MM'-'dd");

    public static Command Create(Option<string> name, Option<string> outputFormat, TimeProvider time)
    {
        var days = new Option<int>("--days") { Description = "How many days.", DefaultValueFactory = _ => 14 }.Checked("a number from 1 to 400", number => number is >= 1 and <= 400);
        var from = new Option<string?>("--from") { Description = "The first day, such as 2026-11-23; today where not given." };
        from.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && LocalTimes.Date(text) is null) result.AddError($"\"{text}\" is no date; write it as 2026-11-23.");
        });
        var files = PlanCommand.Files("Manifests to look at beside those of the cluster.");
        var (kubeconfig, context) = PlanCommand.Cluster();
        var calendar = new Command("calendar", "Show how much of the site is booked, by day and resource.") { days, from, outputFormat, files, kubeconfig, context, name };
        calendar.SetAction((parsed, token) => new CalendarCommand(new(new(parsed.GetValue(name)!), parsed.GetValue(kubeconfig), parsed.GetValue(context), time), time)
            .RunAsync(LocalTimes.Date(parsed.GetValue(from)), parsed.GetValue(days), parsed.GetValue(files)!, parsed.GetValue(outputFormat) == "json", Console.Out, token));
        return calendar;
    }

    public async Task<int> RunAsync(LocalDate? from, int days, IReadOnlyList<string> files, bool asJson, TextWriter output, CancellationToken cancellationToken)
    {
        var given = ManifestFiles.Read(files).With(cluster.Platforms);
        var there = await cluster.ReadAsync(cancellationToken);
        if (there is null && files.Count == 0) throw new UserMistakeException("No cluster is running. './mesonet up' starts one; --kubeconfig names another; -f takes files.");
        Print(given.AppliedTo(there ?? SiteObjects.None), from, days, asJson, Instant.FromDateTimeOffset(time.GetUtcNow()), output);
        return 0;
    }

    /// <summary>Prints the calendar of a site.</summary>
    internal static void Print(SiteObjects site, LocalDate? from, int days, bool asJson, Instant now, TextWriter output)
    {
        var zones = site.Environments.Select(environment => LocalTimes.Zone(environment.Spec)).OfType<DateTimeZone>().Distinct().ToList();
        var zone = zones is [var only] ? only : DateTimeZoneProviders.Tzdb["Europe/Paris"];
        var first = from ?? now.InZone(zone).Date;
        var calendar = SiteCalendar.Of(site.Environments, site.Templates, site.Nodes, now: now, workspaces: site.Workspaces);
        var rows = Rows(calendar, zone, first, days);
        var (start, end) = (first.AtStartOfDayInZone(zone).ToInstant(), first.PlusDays(days).AtStartOfDayInZone(zone).ToInstant());
        var research = WorkspaceTable.Times(site, calendar, zone, Instant.Max(now, start), end);
        if (asJson)
        {
            output.WriteLine(JsonSerializer.Serialize(new { zone = zone.Id, from = LocalDatePattern.Iso.Format(first), days, booked = rows, workspaces = research }, Json));
            return;
        }

        Print(rows, zone, first, days, output);
        if (research.Count == 0) return;
        output.WriteLine();
        WorkspaceTable.Print(research, output, "");
    }

    private static List<BookedDay> Rows(SiteCalendar calendar, DateTimeZone zone, LocalDate first, int days)
    {
        var rows = new List<BookedDay>();
        var resources = calendar.Devices.Prepend("memory").Prepend("cpu").ToList();
        for (var date = first; date < first.PlusDays(days); date = date.PlusDays(1))
        {
            var (start, end) = (date.AtStartOfDayInZone(zone).ToInstant(), date.PlusDays(1).AtStartOfDayInZone(zone).ToInstant());
            // More can only be booked where a booking begins.
            var moments = calendar.Bookings.Select(booking => booking.From).Where(moment => start < moment && moment < end).Append(start).Distinct().Order().ToList();
            foreach (var resource in resources)
            {
                var (moment, booked) = moments.Select(moment => (Moment: moment, Booked: calendar.BookedAt(resource, moment))).MaxBy(item => item.Booked.Amount);
                if (booked.Amount == 0) continue;
                rows.Add(new(
                    LocalDatePattern.Iso.Format(date), resource, booked.Amount, calendar.Capacity(resource), TimePattern.Format(moment.InZone(zone).TimeOfDay),
                    [.. booked.Holders.Select(holder => holder.Lesson is { } lesson ? $"{holder.Environment.Name} ({lesson})" : holder.Environment.Name)]));
            }
        }

        return rows;
    }

    private static string Amount(string resource, decimal amount) => resource == "memory" ? $"{amount / (1024m * 1024 * 1024):0.#} GiB" : $"{amount:0.###}";

    private static void Print(List<BookedDay> rows, DateTimeZone zone, LocalDate first, int days, TextWriter output)
    {
        if (rows.Count == 0)
        {
            output.WriteLine($"Nothing is booked from {LocalDatePattern.Iso.Format(first)} on for {days} days.");
            return;
        }

        var table = new TextTable("day", "resource", "booked", "of", "", "from", "by").WithNumbersIn(2, 3);
        foreach (var day in rows.GroupBy(row => row.Date, StringComparer.Ordinal))
        {
            var name = DayPattern.Format(LocalDatePattern.Iso.Parse(day.Key).Value);
            foreach (var row in day)
            {
                table.Add(
                    ReferenceEquals(row, day.First()) ? name : "", row.Resource, Amount(row.Resource, row.Booked), Amount(row.Resource, row.Capacity), row.Booked > row.Capacity ? "too much" : "",
                    row.From, string.Join(", ", row.Courses));
            }
        }

        table.Print(output, "");
        output.WriteLine();
        output.WriteLine($"The most that is booked at once on each day, times in {zone.Id}. What lacks room is told by 'mesonet plan' and in the courses' conditions.");
    }
}
