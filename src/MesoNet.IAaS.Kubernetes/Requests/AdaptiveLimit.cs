namespace MesoNet.IAaS.Kubernetes.Requests;

/// <summary>Lets as many requests pass at once as the server takes well (<see cref="ParallelBound"/>); the others wait, first come first served. Thread-safe.</summary>
public sealed class AdaptiveLimit(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Queue<TaskCompletionSource> waiting = new();
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
    public async Task RunAsync(Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        await EnterAsync(cancellationToken);
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

    private async Task EnterAsync(CancellationToken cancellationToken)
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
            waiting.Enqueue(turn);
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
            while (underWay < bound.Allowed && waiting.TryDequeue(out var next))
            {
                if (next.TrySetResult()) underWay++;
            }
        }
    }
}
