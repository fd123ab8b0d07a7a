namespace MesoNet.IAaS.Kubernetes.Requests;

/// <summary>How soon a request gets its turn where there is no room for all.</summary>
public enum Urgency
{
    /// <summary>Somebody waits for what it does.</summary>
    Urgent,

    /// <summary>It only tells of what was done; it waits for everything urgent.</summary>
    Ordinary,
}

/// <summary>
/// Lets as many requests pass at once as the server takes well (<see cref="ParallelBound"/>); the others wait, the urgent ones for each other
/// and the ordinary ones for all. Thread-safe.
/// </summary>
public sealed class AdaptiveLimit(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Queue<TaskCompletionSource>[] waiting = [new(), new()];
    private ParallelBound bound = ParallelBound.Initial;
    private int underWay;

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
            Leave(time.GetElapsedTime(began));
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
            if (underWay < bound.Allowed)
            {
                underWay++;
                return;
            }

            turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting[(int)urgency].Enqueue(turn);
        }

        try
        {
            await turn.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The turn may have come at the same moment; then it goes to the next.
            if (!turn.TrySetCanceled(cancellationToken)) Release();
            throw;
        }
    }

    private void Leave(TimeSpan elapsed)
    {
        lock (gate) bound = bound.Answered(elapsed);
        Release();
    }

    private void Release()
    {
        lock (gate)
        {
            underWay--;
            while (underWay < bound.Allowed && (waiting[0].TryDequeue(out var next) || waiting[1].TryDequeue(out next)))
            {
                if (next.TrySetResult()) underWay++;
            }
        }
    }
}
