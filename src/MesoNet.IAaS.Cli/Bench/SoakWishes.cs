using MesoNet.IAaS.Kubernetes.Objects;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>
/// What was wanted when, so that whatever ends during a soak can be judged: was there a reason? A wish that is taken back is noted
/// before the API server is told of it, one that is made afterwards; in between an end is excused.
/// </summary>
internal sealed class SoakWishes
{
    /// <summary>
    /// How far the operator's view may lag behind: a silent watch is noticed after its duration and grace, a lost event with the next list,
    /// and either may meet the next fault. What it does within this on a wish of before is late, not wrong.
    /// </summary>
    public static readonly TimeSpan Lag = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private readonly Dictionary<ObjectKey, List<Wish>> wishes = [];
    private readonly Dictionary<ObjectKey, DateTimeOffset> dataDeleted = [];
    private readonly HashSet<string> killed = [];

    /// <summary>From now on these seats of an environment are wanted, running or not.</summary>
    public void Note(ObjectKey environment, DateTimeOffset now, IReadOnlySet<string> seats, bool running)
    {
        lock (gate)
        {
            if (!wishes.TryGetValue(environment, out var all)) wishes[environment] = all = [];
            all.Add(new(now, seats, running));
        }
    }

    /// <summary>An environment is about to be deleted, and its homes may go with it.</summary>
    public void NoteDataDeleted(ObjectKey environment, DateTimeOffset now)
    {
        lock (gate) dataDeleted[environment] = now;
    }

    /// <summary>A pod is about to be deleted by hand.</summary>
    public void NoteKilled(string uid)
    {
        lock (gate) killed.Add(uid);
    }

    /// <summary>Whether a pod was deleted by hand.</summary>
    public bool WasKilled(string uid)
    {
        lock (gate) return killed.Contains(uid);
    }

    /// <summary>
    /// Whether the wish for a seat was taken back between the moment something was made for it, less <see cref="Lag"/>, and now. A
    /// seat that was not wanted yet is no reason: no view of the world, however old, could show that after the seat was made.
    /// </summary>
    public bool WasTakenBack(ObjectKey environment, string seat, DateTimeOffset madeAt, bool running)
    {
        lock (gate)
        {
            if (!wishes.TryGetValue(environment, out var all)) return false;
            var wanted = false;
            for (var i = 0; i < all.Count; i++)
            {
                var wants = all[i].Seats.Contains(seat) && (all[i].Running || !running);
                var until = i + 1 < all.Count ? all[i + 1].At : DateTimeOffset.MaxValue;
                if (wanted && !wants && until >= madeAt - Lag) return true;
                wanted |= wants;
            }

            return false;
        }
    }

    /// <summary>Whether the homes' claim of an environment, made at a moment, may have gone.</summary>
    public bool MayHomesGo(ObjectKey environment, DateTimeOffset madeAt)
    {
        lock (gate) return dataDeleted.TryGetValue(environment, out var deletedAt) && deletedAt >= madeAt - Lag;
    }

    private sealed record Wish(DateTimeOffset At, IReadOnlySet<string> Seats, bool Running);
}
