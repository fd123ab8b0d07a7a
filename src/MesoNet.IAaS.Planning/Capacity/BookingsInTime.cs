using NodaTime;

namespace MesoNet.IAaS.Planning.Capacity;

/// <summary>All bookings of a site, found by moment: most last some hours, so a moment's are among those of its day.</summary>
internal sealed class BookingsInTime
{
    private static readonly Duration Long = Duration.FromDays(3);
    private readonly Booking[] bookings;
    private readonly Dictionary<long, List<int>> byDay = [];
    private readonly List<int> longOnes = [];

    /// <param name="bookings">The bookings, in the order of precedence.</param>
    public BookingsInTime(Booking[] bookings)
    {
        this.bookings = bookings;
        for (var i = 0; i < bookings.Length; i++)
        {
            var booking = bookings[i];
            if (booking.From == Instant.MinValue || booking.Until == Instant.MaxValue || booking.Until - booking.From > Long)
            {
                longOnes.Add(i);
                continue;
            }

            for (var day = DayOf(booking.From); day <= DayOf(booking.Until); day++)
            {
                if (!byDay.TryGetValue(day, out var there)) byDay[day] = there = [];
                there.Add(i);
            }
        }

        Boundaries = [.. bookings.SelectMany(booking => new[] { booking.From, booking.Until }).Distinct().Order()];
    }

    /// <summary>All bookings, in the order of precedence.</summary>
    public IReadOnlyList<Booking> All => bookings;

    /// <summary>All moments at which a booking begins or ends, in order.</summary>
    public Instant[] Boundaries { get; }

    /// <summary>The bookings at a moment among the first so many, in the order of precedence.</summary>
    public IEnumerable<Booking> At(Instant moment, int first)
    {
        var (day, one, other) = (byDay.GetValueOrDefault(DayOf(moment)) ?? [], 0, 0);
        while (one < day.Count || other < longOnes.Count)
        {
            var next = other >= longOnes.Count || (one < day.Count && day[one] < longOnes[other]) ? day[one++] : longOnes[other++];
            if (next >= first) yield break;
            if (bookings[next].IsAt(moment)) yield return bookings[next];
        }
    }

    private static long DayOf(Instant moment) => (long)Math.Floor((moment - NodaConstants.UnixEpoch).TotalDays);
}
