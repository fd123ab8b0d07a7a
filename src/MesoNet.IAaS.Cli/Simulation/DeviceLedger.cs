using NodaTime;

namespace MesoNet.IAaS.Cli.Simulation;

/// <summary>Device time that is booked and used, by resource and hour, exact to the ten-millionth of a second.</summary>
internal sealed class DeviceLedger
{
    private readonly SortedDictionary<(long Hour, string Resource), (long Booked, long Used)> entries =
        new(Comparer<(long Hour, string Resource)>.Create((a, b) => a.Hour != b.Hour ? a.Hour.CompareTo(b.Hour) : string.CompareOrdinal(a.Resource, b.Resource)));

    /// <summary>All hours in which there is something, in order.</summary>
    public IEnumerable<DeviceHour> Hours => entries.Select(pair => new DeviceHour(
        Instant.FromUnixTimeTicks(pair.Key.Hour * NodaConstants.TicksPerHour), pair.Key.Resource, Hour(pair.Value.Booked), Hour(pair.Value.Used)));

    /// <summary>Books devices.</summary>
    public void Book(string resource, decimal count, Instant from, Instant until) => Add(resource, count, from, until, isBooking: true);

    /// <summary>Notes that devices were held.</summary>
    public void Use(string resource, decimal count, Instant from, Instant until) => Add(resource, count, from, until, isBooking: false);

    private static decimal Hour(long ticks) => (decimal)ticks / NodaConstants.TicksPerHour;

    private void Add(string resource, decimal count, Instant from, Instant until, bool isBooking)
    {
        var (at, end) = (from.ToUnixTimeTicks(), until.ToUnixTimeTicks());
        while (at < end)
        {
            var hour = at / NodaConstants.TicksPerHour;
            var next = Math.Min((hour + 1) * NodaConstants.TicksPerHour, end);
            var amount = (long)((next - at) * count);
            var (booked, used) = entries.GetValueOrDefault((hour, resource));
            entries[(hour, resource)] = isBooking ? (booked + amount, used) : (booked, used + amount);
            at = next;
        }
    }
}

/// <summary>What was booked and used of a resource in an hour, in hours of one device.</summary>
internal sealed record DeviceHour(Instant From, string Resource, decimal Booked, decimal Used);
