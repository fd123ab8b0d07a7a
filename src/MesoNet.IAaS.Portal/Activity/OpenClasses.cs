using System.Runtime.CompilerServices;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Planning.Seats;
using MesoNet.IAaS.Portal.Gateway;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Resources.Courses;
using NodaTime;

namespace MesoNet.IAaS.Portal.Activity;

/// <summary>Asks a seat what goes on in it; null where it does not say.</summary>
internal delegate Task<SeatActivity?> AskSeat(string address, string basePath, string token, CancellationToken cancellationToken);

/// <summary>
/// The classes that somebody looks at just now. The seats of those that are ready are asked in turn what goes on in them, once for all pages of a class; where
/// no page is open, nobody is asked.
/// </summary>
internal sealed class OpenClasses(SiteView site, SiteChanges changes, AskSeat ask, TimeProvider time, ILogger<OpenClasses> logger)
{
    private readonly Lock gate = new();
    private readonly Dictionary<ObjectKey, Asking> open = [];

    /// <summary>How many classes are looked at.</summary>
    public int Count
    {
        get
        {
            lock (gate) return open.Count;
        }
    }

    /// <summary>Somebody looks at a class, until what is returned is disposed of.</summary>
    public IDisposable Open(ObjectKey course)
    {
        lock (gate)
        {
            if (!open.TryGetValue(course, out var asking))
            {
                open[course] = asking = new();
                asking.Running = RunAsync(course, asking.Ending.Token);
            }

            asking.Pages++;
        }

        return new Page(this, course);
    }

    private void Close(ObjectKey course)
    {
        Asking asking;
        lock (gate)
        {
            asking = open[course];
            if (--asking.Pages > 0) return;
            open.Remove(course);
        }

        // What is under way ends by itself; nobody waits for it.
        asking.Ending.Cancel();
    }

    private async Task RunAsync(ObjectKey course, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            await Parallel.ForEachAsync(
                InTurnAsync(course, cancellationToken), new ParallelOptions { MaxDegreeOfParallelism = AskingPace.AtOnce, CancellationToken = cancellationToken },
                async (seat, token) => await AskAsync(seat, course, token));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            // The page does without.
            logger.LogError(exception, "The seats of {Course} are no longer asked whether somebody works in them.", course);
        }
    }

    /// <summary>The seats of a class that are to be asked, each when it is its turn, for ever.</summary>
    private async IAsyncEnumerable<Seat> InTurnAsync(ObjectKey course, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isFirst = true;
        while (true)
        {
            var began = time.GetTimestamp();
            var ready = site.SeatsOf(course).Where(seat => site.Pods.Find(seat.Key)?.IsReady == true).ToList();
            foreach (var seat in ready)
            {
                if (IsDue(seat)) yield return seat;
                await Task.Delay(AskingPace.Pause(ready.Count, isFirst), time, cancellationToken);
            }

            var rest = (ready.Count > 0 ? AskingPace.Round : AskingPace.UntilAnyIsReady) - time.GetElapsedTime(began);
            isFirst &= ready.Count == 0;
            await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time, cancellationToken);
        }
    }

    private bool IsDue(Seat seat) => site.Pods.Find(seat.Key) is { IsReady: true } pod
        && (site.Answers.AskedAt(pod) is not { } asked || asked + Duration.FromTimeSpan(AskingPace.ShortestBetween) <= Now);

    private async Task AskAsync(Seat seat, ObjectKey course, CancellationToken cancellationToken)
    {
        if (site.Pods.Find(seat.Key) is not { } pod || SeatAddress.Of(pod) is not { } address || site.TokenOf(seat) is not { } token) return;
        var before = SeatUses.Of(site.Answers.Of(pod), Now);
        var askedAt = Now;
        var activity = await ask(address, SeatPod.BasePath(seat.Spec.Environment, seat.Metadata.Name!), token, cancellationToken);
        site.Answers.Put(pod, activity, askedAt);
        if (SeatUses.Of(site.Answers.Of(pod), Now) != before) changes.OfCourse(course);
    }

    private Instant Now => Instant.FromDateTimeOffset(time.GetUtcNow());

    private sealed class Asking
    {
        public CancellationTokenSource Ending { get; } = new();

        public int Pages { get; set; }

        public Task Running { get; set; } = Task.CompletedTask;
    }

    private sealed class Page(OpenClasses classes, ObjectKey course) : IDisposable
    {
        private int isClosed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isClosed, 1) == 0) classes.Close(course);
        }
    }
}
