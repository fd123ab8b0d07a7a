using System.Collections.Concurrent;
using System.Net;

namespace MesoNet.IAaS.Cli.Bench;

/// <summary>What a server did under a load.</summary>
/// <param name="Seconds">Each answer's time from the request's sending to its last byte, sorted.</param>
/// <param name="Wrong">Answers of another status than 200, and requests without one.</param>
/// <param name="LeftOut">Requests that were not sent, since this process stood still when they were due.</param>
internal sealed record LoadResult(IReadOnlyList<double> Seconds, int Wrong, int LeftOut)
{
    /// <summary>The time that so great a part of the answers took at most, in milliseconds.</summary>
    public double Milliseconds(double part) => Seconds.Count == 0 ? double.NaN : Seconds[Math.Min(Seconds.Count - 1, (int)(Seconds.Count * part))] * 1000;
}

/// <summary>Sends requests to one address over connections that are kept.</summary>
/// <param name="address">Where to.</param>
/// <param name="requests">The requests, which are taken in turn.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestLoad(IPEndPoint address, IReadOnlyList<byte[]> requests, TimeProvider time)
{
    /// <summary>As many as the server can answer, over so many connections, each of which sends its next when its last is answered; answers a second.</summary>
    public async Task<(double PerSecond, int Wrong)> AtMostAsync(int connections, TimeSpan duration, CancellationToken cancellationToken)
    {
        var wrong = 0;
        var counts = new int[connections];
        var started = time.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(index => Task.Run(() => AskAsync(index), cancellationToken)));
        return (counts.Sum() / time.GetElapsedTime(started).TotalSeconds, wrong);

        async Task AskAsync(int index)
        {
            var next = index;
            while (time.GetElapsedTime(started) < duration)
            {
                using var connection = await KeptConnection.OpenAsync(address, cancellationToken);
                for (; !connection.IsOver && time.GetElapsedTime(started) < duration; next++)
                {
                    if (await connection.AskAsync(requests[next % requests.Count], cancellationToken) != 200) Interlocked.Increment(ref wrong);
                    else counts[index]++;
                }
            }
        }
    }

    /// <summary>
    /// So many a second, whether answers come or not: who is slow is not spared the next request. Where this process itself stood still, what it
    /// missed is left out, or it would come all at once, and its own delay be taken for the server's.
    /// </summary>
    public async Task<LoadResult> AtRateAsync(int perSecond, TimeSpan duration, CancellationToken cancellationToken)
    {
        var idle = new ConcurrentBag<KeptConnection>();
        var seconds = new ConcurrentBag<double>();
        var asking = new List<Task>();
        var wrong = 0;
        var leftOut = 0;
        var most = Math.Max(1, perSecond / 100);
        for (var i = 0; i < 32; i++) idle.Add(await KeptConnection.OpenAsync(address, cancellationToken));
        try
        {
            var started = time.GetTimestamp();
            // On a thread of its own: those of the pool are busy with answers, and what is due would come late, and then at once.
            await Task.Factory.StartNew(() => SendWhenDue(started), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await Task.WhenAll(asking);
            return new([.. seconds.Order()], wrong, leftOut);
        }
        finally
        {
            foreach (var connection in idle) connection.Dispose();
        }

        void SendWhenDue(long started)
        {
            while (time.GetElapsedTime(started) is var elapsed && elapsed < duration)
            {
                var due = (int)(elapsed.TotalSeconds * perSecond) - leftOut;
                if (due - asking.Count > most)
                {
                    leftOut += due - asking.Count - most;
                    due = asking.Count + most;
                }

                while (asking.Count < due) asking.Add(AskAsync(requests[asking.Count % requests.Count]));
                if (cancellationToken.WaitHandle.WaitOne(millisecondsTimeout: 1)) cancellationToken.ThrowIfCancellationRequested();
            }
        }

        async Task AskAsync(byte[] request)
        {
            try
            {
                if (!idle.TryTake(out var connection)) connection = await KeptConnection.OpenAsync(address, cancellationToken);
                var sent = time.GetTimestamp();
                if (await connection.AskAsync(request, cancellationToken) != 200) Interlocked.Increment(ref wrong);
                else seconds.Add(time.GetElapsedTime(sent).TotalSeconds);
                if (connection.IsOver) connection.Dispose();
                else idle.Add(connection);
            }
            catch (Exception exception) when (exception is IOException or System.Net.Sockets.SocketException)
            {
                Interlocked.Increment(ref wrong);
            }
        }
    }
}
