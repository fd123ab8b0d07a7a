using MesoNet.IAaS.Kubernetes.Connecting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MesoNet.IAaS.LocalCluster.Faults;

/// <summary>Asks the API server what the client asked, as the proxy's own user, and does to it what the faults in place say.</summary>
internal sealed class Forwarder(KubernetesConnection upstream, FaultList faults, TimeProvider time) : IDisposable
{
    // What belongs to one connection, or to its user, and not to the request; and compression, which the handler sees to itself.
    private static readonly HashSet<string> NotPassedOn = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Authorization", "Accept-Encoding", "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Transfer-Encoding", "Upgrade",
    };

    private readonly HttpMessageInvoker api = new(upstream.CreateHandler(time));

    public async Task HandleAsync(HttpContext context, ProxiedRequest request)
    {
        try
        {
            var fault = faults.Find(request, FaultPoint.Arrival);
            if (!await GoesOnAsync(fault, context)) return;
            using var question = QuestionFrom(context, request);
            // What is to be done is done even where the client leaves before it is.
            var losesAnswer = fault?.Fault is Fault.LoseAnswer;
            using var answer = await api.SendAsync(question, losesAnswer ? CancellationToken.None : context.RequestAborted);
            if (losesAnswer) await SilentStream.HangAsync(context, fault!.Cleared);
            else await PassOnAsync(answer, context, request);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            // Whoever left first, client or server: the other side must not take what it has for the whole.
            context.Abort();
        }
    }

    public void Dispose() => api.Dispose();

    /// <summary>Lets a fault strike on arrival; returns whether the API server is to be asked nevertheless.</summary>
    private async Task<bool> GoesOnAsync(InstalledFault? fault, HttpContext context)
    {
        switch (fault?.Fault)
        {
            case Fault.Answer answer:
                await Refusal.AnswerAsync(context.Response, answer, context.RequestAborted);
                return false;
            case Fault.WatchError error:
                await context.Response.Body.WriteAsync(Refusal.Line(error), context.RequestAborted);
                return false;
            case Fault.EndWatch:
                return false;
            case Fault.Cut:
                context.Abort();
                return false;
            case Fault.Hang:
                await SilentStream.HangAsync(context, fault.Cleared);
                return false;
            case Fault.Delay(var by):
                await Task.Delay(by, time, context.RequestAborted);
                return true;
            default:
                return true;
        }
    }

    private HttpRequestMessage QuestionFrom(HttpContext context, ProxiedRequest request)
    {
        var question = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(upstream.Server, request.Path + request.Query))
        {
            Version = System.Net.HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true) question.Content = new StreamContent(context.Request.Body);
        foreach (var (name, values) in context.Request.Headers.Where(header => !NotPassedOn.Contains(header.Key)))
        {
            // Some headers belong to the content, which a request without a body has none of.
            IEnumerable<string?> texts = values;
            if (!question.Headers.TryAddWithoutValidation(name, texts)) question.Content?.Headers.TryAddWithoutValidation(name, texts);
        }

        question.Headers.Host = upstream.TlsServerName;
        return question;
    }

    private async Task PassOnAsync(HttpResponseMessage answer, HttpContext context, ProxiedRequest request)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!NotPassedOn.Contains(name)) context.Response.Headers[name] = values.ToArray();
        }

        // A watch may be silent for minutes: its client must see at once that it is open.
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await using var body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        var passage = new BodyPassage(context, request, faults, time);
        if (request.IsWatch && answer.IsSuccessStatusCode) await passage.PassLinesAsync(body);
        else await passage.PassWholeAsync(body);
    }
}
