using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using MesoNet.IAaS.Portal.Identity;

namespace MesoNet.IAaS.Portal.Gateway;

/// <summary>Writes and reads passes, and the tickets by which the portal hands one over to a seat's host.</summary>
internal sealed class Passes(byte[] siteKey, TimeProvider time)
{
    private static readonly TimeSpan TicketValidity = TimeSpan.FromMinutes(1);
    private readonly SignedText passes = new(siteKey, "pass to a seat");
    private readonly SignedText tickets = new(siteKey, "ticket for a pass");
    private readonly ConcurrentDictionary<string, DateTimeOffset> used = new(StringComparer.Ordinal);

    /// <summary>A pass as a cookie's value.</summary>
    public string Write(SeatPass pass) => passes.Sign(pass.Write());

    /// <summary>The pass of a cookie, or null.</summary>
    public SeatPass? Read(string? cookie) => SeatPass.Read(passes.Read(cookie));

    /// <summary>A ticket for a pass: good once, and for a minute.</summary>
    public string WriteTicket(SeatPass pass) =>
        tickets.Sign(string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))} {(time.GetUtcNow() + TicketValidity).ToUnixTimeSeconds()} {pass.Write()}"));

    /// <summary>The pass of a ticket, the first time; null where it is used, too old, or not ours.</summary>
    public SeatPass? TakeTicket(string? ticket)
    {
        if (tickets.Read(ticket)?.Split(' ', 3) is not [var number, var until, var pass]) return null;
        var now = time.GetUtcNow();
        foreach (var (old, end) in used.Where(entry => entry.Value < now)) used.TryRemove(old, out _);
        var good = DateTimeOffset.FromUnixTimeSeconds(long.Parse(until, CultureInfo.InvariantCulture));
        return good > now && used.TryAdd(number, good) ? SeatPass.Read(pass) : null;
    }
}
