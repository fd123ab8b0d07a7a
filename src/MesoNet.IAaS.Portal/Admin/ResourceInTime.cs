using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Research;
using NodaTime;

namespace MesoNet.IAaS.Portal.Admin;

/// <summary>What is taken of a resource at some moments. Each is reckoned once, for the picture and for the table.</summary>
internal sealed class ResourceInTime
{
    private readonly Dictionary<Instant, MomentUse> uses;

    private ResourceInTime(string resource, decimal capacity, Dictionary<Instant, MomentUse> uses) => (Resource, Capacity, this.uses) = (resource, capacity, uses);

    /// <summary>cpu or an extended resource.</summary>
    public string Resource { get; }

    /// <summary>What the nodes have of it.</summary>
    public decimal Capacity { get; }

    /// <summary>Reckons it.</summary>
    /// <param name="resource">cpu or an extended resource.</param>
    /// <param name="calendar">The site's calendar.</param>
    /// <param name="research">The research workspaces beside it.</param>
    /// <param name="moments">The moments, each once.</param>
    public static ResourceInTime Of(string resource, SiteCalendar calendar, ResearchInTime research, IEnumerable<Instant> moments)
    {
        var capacity = calendar.Capacity(resource);
        return new(resource, capacity, moments.ToDictionary(moment => moment, UseAt));

        MomentUse UseAt(Instant moment)
        {
            var booked = calendar.BookedAt(resource, moment);
            var (yielding, workspaces) = research.YieldingAt(resource, moment, Math.Max(0, capacity - booked.Amount));
            return new(new(booked.Amount, booked.Held, yielding), booked.Holders, workspaces);
        }
    }

    /// <summary>What is taken at the fullest of some moments.</summary>
    public HourUse Fullest(IEnumerable<Instant> moments) => moments.Select(moment => uses[moment].Taken).MaxBy(taken => (taken.Booked, taken.Yielding));

    /// <summary>The fullest of a day's moments; null where nothing is taken at any of them.</summary>
    public FullestMoment? OnDay(LocalDate date, IReadOnlyList<Instant> moments)
    {
        var fullest = moments.MaxBy(moment => uses[moment].Taken.Booked);
        var yielding = moments.Select(moment => uses[moment]).MaxBy(use => use.Taken.Yielding)!;
        var booked = uses[fullest];
        return booked.Taken.Booked == 0 && yielding.Taken.Yielding == 0
            ? null
            : new(date, Resource, booked.Taken.Booked, Capacity, fullest, booked.Holders) { Yielding = yielding.Taken.Yielding, Workspaces = yielding.Workspaces };
    }

    /// <summary>What is taken at a moment, and by whom.</summary>
    private sealed record MomentUse(HourUse Taken, IReadOnlyList<Holder> Holders, IReadOnlyList<ObjectKey> Workspaces);
}
