using MesoNet.IAaS.Planning.Capacity;
using NodaTime;

namespace MesoNet.IAaS.Portal.Admin;

/// <summary>What is booked of a resource, hour by hour.</summary>
/// <param name="Resource">cpu or an extended resource.</param>
/// <param name="Capacity">What the nodes have.</param>
/// <param name="Booked">The most that is booked at once in each hour.</param>
internal sealed record ResourceHours(string Resource, decimal Capacity, IReadOnlyList<decimal> Booked);

/// <summary>What is booked of a resource at the fullest moment of a day.</summary>
/// <param name="Date">The day.</param>
/// <param name="Resource">cpu or an extended resource.</param>
/// <param name="Booked">The most that is booked at once.</param>
/// <param name="Capacity">What the nodes have.</param>
/// <param name="From">The moment from which on so much is booked.</param>
/// <param name="Holders">By which courses.</param>
internal sealed record FullestMoment(LocalDate Date, string Resource, decimal Booked, decimal Capacity, Instant From, IReadOnlyList<Holder> Holders)
{
    /// <summary>What is left then; nothing where more is booked than there is.</summary>
    public decimal Free => Math.Max(0, Capacity - Booked);
}

/// <summary>How full a site will be: by hour for a picture, by day for a table. Between two bookings nothing changes, so only their beginnings are looked at.</summary>
/// <param name="Hours">The hours, each by its beginning: 23 or 25 on days on which clocks change.</param>
/// <param name="Resources">The site's devices; its processors where it has none.</param>
/// <param name="Days">Of each day the fullest moment of each resource that is booked at all.</param>
internal sealed record SiteHours(IReadOnlyList<Instant> Hours, IReadOnlyList<ResourceHours> Resources, IReadOnlyList<FullestMoment> Days)
{
    /// <summary>The hours of some days.</summary>
    /// <param name="calendar">The site's calendar.</param>
    /// <param name="zone">The zone in which days begin.</param>
    /// <param name="first">The first day.</param>
    /// <param name="days">How many.</param>
    public static SiteHours Of(SiteCalendar calendar, DateTimeZone zone, LocalDate first, int days)
    {
        var resources = calendar.Devices is { Count: > 0 } devices ? devices : ["cpu"];
        var (start, end) = (first.AtStartOfDayInZone(zone).ToInstant(), first.PlusDays(days).AtStartOfDayInZone(zone).ToInstant());
        var hours = new List<Instant>();
        for (var hour = start; hour < end; hour += Duration.FromHours(1)) hours.Add(hour);
        // More can only be booked where a booking begins.
        var begins = calendar.Bookings.Select(booking => booking.From).Where(moment => start < moment && moment < end).Distinct().ToLookup(moment => HourOf(moment, start));
        var fullest = new List<FullestMoment>();
        var rows = resources.Select(resource => new ResourceHours(
            resource, calendar.Capacity(resource), [.. hours.Select((hour, index) => begins[index].Append(hour).Max(moment => calendar.BookedAt(resource, moment).Amount))])).ToList();
        for (var date = first; date < first.PlusDays(days); date = date.PlusDays(1))
        {
            var (from, until) = (date.AtStartOfDayInZone(zone).ToInstant(), date.PlusDays(1).AtStartOfDayInZone(zone).ToInstant());
            var moments = Enumerable.Range(HourOf(from, start), HourOf(until, start) - HourOf(from, start)).SelectMany(index => begins[index]).Append(from).Order().ToList();
            foreach (var row in rows)
            {
                var (moment, booked) = moments.Select(moment => (moment, Booked: calendar.BookedAt(row.Resource, moment))).MaxBy(item => item.Booked.Amount);
                if (booked.Amount > 0) fullest.Add(new(date, row.Resource, booked.Amount, row.Capacity, moment, booked.Holders));
            }
        }

        return new(hours, rows, fullest);
    }

    private static int HourOf(Instant moment, Instant start) => (int)Math.Floor((moment - start).TotalHours);
}
