using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;

namespace MesoNet.IAaS.Operator.Metrics;

/// <summary>Answers GET /metrics. Its own small server: a web framework's would weigh more than all the operator keeps.</summary>
internal static class MetricsEndpoint
{
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(10);

    /// <summary>Answers until cancelled. Where the address cannot be had it says so and tries again: courses matter more than what is told of them.</summary>
    /// <param name="address">Where to listen, such as 127.0.0.1:9464, or +:9464 for all addresses.</param>
    /// <param name="meter">What to tell.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where faults are told.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(string address, Meter meter, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(address, meter, logger, cancellationToken);
            }
            catch (HttpListenerException exception)
            {
                logger.LogError("The metrics cannot be told at {Address}: {Message}. Tried again in {Pause} s.", address, exception.Message, TryAgainAfter.TotalSeconds);
                await Task.Delay(TryAgainAfter, time, cancellationToken);
            }
        }
    }

    private static async Task ListenAsync(string address, Meter meter, ILogger logger, CancellationToken cancellationToken)
    {
        using var listener = new HttpListener();
        listener.Prefixes.Add($"http://{address}/");
        listener.Start();
        using var stop = cancellationToken.Register(listener.Abort);
        while (listener.IsListening && !cancellationToken.IsCancellationRequested)
        {
            try
            {
                Answer(await listener.GetContextAsync(), meter);
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
            {
                // The asker went away, or we are being stopped.
                if (!cancellationToken.IsCancellationRequested) logger.LogWarning("A scrape of the metrics failed: {Message}", exception.Message);
            }
        }
    }

    private static void Answer(HttpListenerContext context, Meter meter)
    {
        using var response = context.Response;
        var isOurs = context.Request is { HttpMethod: "GET", Url.AbsolutePath: "/metrics" };
        response.StatusCode = (int)(isOurs ? HttpStatusCode.OK : HttpStatusCode.NotFound);
        response.ContentType = isOurs ? PrometheusText.ContentType : "text/plain; charset=utf-8";
        var body = Encoding.UTF8.GetBytes(isOurs ? PrometheusText.Scrape(meter) : "The metrics are at /metrics.\n");
        response.ContentLength64 = body.Length;
        response.OutputStream.Write(body);
    }
}
