using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Research;
using NodaTime;

namespace MesoNet.IAaS.Portal.Admin;

/// <summary>What is taken of a resource in an hour, at its fullest moment: the most that is booked at once, and beside that what is left to research.</summary>
/// <param name="Booked">What is booked: by courses, and held for research workspaces that make no room.</param>
/// <param name="Held">What of it is held for such workspaces.</param>
/// <param name="Yielding">What workspaces that make room take beside it.</param>
internal readonly record struct HourUse(decimal Booked, decimal Held, decimal Yielding);

/// <summary>What is taken of a resource, hour by hour.</summary>
/// <param name="Resource">cpu or an extended resource.</param>
/// <param name="Capacity">What the nodes have.</param>
/// <param name="Uses">What is taken in each hour.</param>
internal sealed record ResourceHours(string Resource, decimal Capacity, IReadOnlyList<HourUse> Uses);

/// <summary>What is booked of a resource at the fullest moment of a day.</summary>
/// <param name="Date">The day.</param>
/// <param name="Resource">cpu or an extended resource.</param>
/// <param name="Booked">The most that is booked at once.</param>
/// <param name="Capacity">What the nodes have.</param>
/// <param name="From">The moment from which on so much is booked.</param>
/// <param name="Holders">By which courses, and for which research workspaces that make no room.</param>
internal sealed record FullestMoment(LocalDate Date, string Resource, decimal Booked, decimal Capacity, Instant From, IReadOnlyList<Holder> Holders)
{
    /// <summary>The most that research workspaces that make room take at once on that day, at whatever moment.</summary>
    public decimal Yielding { get; init; }

    /// <summary>Which workspaces these are.</summary>
    public IReadOnlyList<ObjectKey> Workspaces { get; init; } = [];

    /// <summary>What is left for lessons then; nothing where more is booked than there is.</summary>
    public decimal Free => Math.Max(0, Capacity - Booked);
}

/// <summary>How full a site will be: by hour for a picture, by day for a table. Between two bookings nothing changes, so only their beginnings and ends are looked at.</summary>
/// <param name="Hours">The hours, each by its beginning: 23 or 25 on days on which clocks change.</param>
/// <param name="Resources">The site's devices; its processors where it has none.</param>
/// <param name="Days">Of each day the fullest moment of each resource of which anything is taken.</param>
internal sealed record SiteHours(IReadOnlyList<Instant> Hours, IReadOnlyList<ResourceHours> Resources, IReadOnlyList<FullestMoment> Days)
{
    /// <summary>The hours of some days.</summary>
    /// <param name="calendar">The site's calendar.</param>
    /// <param name="research">The research workspaces beside it.</param>
    /// <param name="zone">The zone in which days begin.</param>
    /// <param name="first">The first day.</param>
    /// <param name="days">How many.</param>
    public static SiteHours Of(SiteCalendar calendar, ResearchInTime research, DateTimeZone zone, LocalDate first, int days)
    {
        var (start, end) = (StartOf(first), StartOf(first.PlusDays(days)));
        var hours = new List<Instant>();
        for (var hour = start; hour < end; hour += Duration.FromHours(1)) hours.Add(hour);
        var dates = Enumerable.Range(0, days).Select(first.PlusDays).ToList();
        // More can only be booked where a booking begins; what makes room has more where it returns, or another's booking ends.
        var changes = calendar.Bookings.SelectMany(booking => new[] { booking.From, booking.Until }).Concat(research.Begins)
            .Where(moment => start < moment && moment < end).Distinct().ToLookup(moment => HourOf(moment, start));
        var moments = hours.Concat(dates.Select(StartOf)).Concat(changes.SelectMany(inHour => inHour)).Distinct().ToList();
        var resources = (calendar.Devices is { Count: > 0 } devices ? devices : ["cpu"]).Select(resource => ResourceInTime.Of(resource, calendar, research, moments)).ToList();
        return new(
            hours,
            [.. resources.Select(resource => new ResourceHours(resource.Resource, resource.Capacity, [.. hours.Select((hour, index) => resource.Fullest(changes[index].Append(hour)))]))],
            [.. dates.SelectMany(OnDay)]);

        Instant StartOf(LocalDate date) => date.AtStartOfDayInZone(zone).ToInstant();

        IEnumerable<FullestMoment> OnDay(LocalDate date)
        {
            var (from, until) = (StartOf(date), StartOf(date.PlusDays(1)));
            var ofDay = Enumerable.Range(HourOf(from, start), HourOf(until, start) - HourOf(from, start)).SelectMany(index => changes[index]).Append(from).Order().ToList();
            return resources.Select(resource => resource.OnDay(date, ofDay)).OfType<FullestMoment>();
        }
    }

    private static int HourOf(Instant moment, Instant start) => (int)Math.Floor((moment - start).TotalHours);
}
