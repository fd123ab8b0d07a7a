namespace MesoNet.IAaS.Kubernetes.Requests;

/// <summary>How soon a request gets its turn where there is no room for all.</summary>
public enum Urgency
{
    /// <summary>Somebody waits for what it does.</summary>
    Urgent,

    /// <summary>It only tells of what was done: it waits for everything urgent, and few of its kind are under way at once.</summary>
    Ordinary,
}

/// <summary>
/// Lets as many requests pass at once as the server takes well (<see cref="ParallelBound"/>); the others wait, the urgent ones for each other
/// and the ordinary ones for all. Thread-safe.
/// </summary>
public sealed class AdaptiveLimit(TimeProvider time)
{
    // An overloaded server gives each request its share: what is not urgent must not take half of it from pods that are being started.
    private const int OrdinaryShare = 8;

    private readonly Lock gate = new();
    private readonly Queue<TaskCompletionSource> urgent = new();
    private readonly Queue<TaskCompletionSource> ordinary = new();
    private ParallelBound bound = ParallelBound.Initial;
    private int underWay;
    private int ordinaryUnderWay;

    /// <summary>How many may be under way now.</summary>
    public int Allowed
    {
        get
        {
            lock (gate) return bound.Allowed;
        }
    }

    /// <summary>Does something once there is room for it.</summary>
    public async Task RunAsync(Urgency urgency, Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        await EnterAsync(urgency, cancellationToken);
        var began = time.GetTimestamp();
        try
        {
            await act(cancellationToken);
        }
        finally
        {
            lock (gate) bound = bound.Answered(time.GetElapsedTime(began));
            Leave(urgency);
        }
    }

    /// <summary>The server said that it is overloaded.</summary>
    public void Overloaded()
    {
        lock (gate) bound = bound.Overloaded();
    }

    private async Task EnterAsync(Urgency urgency, CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (gate)
        {
            if (HasRoom(urgency))
            {
                Count(urgency, 1);
                return;
            }

            turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            (urgency == Urgency.Urgent ? urgent : ordinary).Enqueue(turn);
        }

        try
        {
            await turn.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The turn may have come at the same moment; then it goes to the next.
            if (!turn.TrySetCanceled(cancellationToken)) Leave(urgency);
            throw;
        }
    }

    private void Leave(Urgency urgency)
    {
        lock (gate)
        {
            Count(urgency, -1);
            while (HasRoom(Urgency.Urgent) && urgent.TryDequeue(out var next))
            {
                if (next.TrySetResult()) Count(Urgency.Urgent, 1);
            }

            while (HasRoom(Urgency.Ordinary) && ordinary.TryDequeue(out var next))
            {
                if (next.TrySetResult()) Count(Urgency.Ordinary, 1);
            }
        }
    }

    private bool HasRoom(Urgency urgency) =>
        underWay < bound.Allowed && (urgency == Urgency.Urgent || ordinaryUnderWay < Math.Max(ParallelBound.Fewest, bound.Allowed / OrdinaryShare));

    private void Count(Urgency urgency, int difference)
    {
        underWay += difference;
        if (urgency == Urgency.Ordinary) ordinaryUnderWay += difference;
    }
}
