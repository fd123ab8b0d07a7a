using System.Security.Cryptography;
using System.Text;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.Activity;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using NodaTime;

namespace MesoNet.IAaS.Portal.Classes;

/// <summary>What the class page hears of by server-sent events: one stream per page, and of it only what changed.</summary>
internal static class ClassEndpoints
{
    private static readonly TimeSpan AtMostEach = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AtLeastEach = TimeSpan.FromSeconds(5);

    /// <summary>Adds them.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/courses/{ns}/{name}/events", FollowAsync);

    /// <summary>The path of a page's stream.</summary>
    /// <param name="view">The class as the page shows it: what is the same is not sent.</param>
    /// <param name="language">The page's language.</param>
    public static string PathOf(ClassView view, Language language)
    {
        var shown = ClassFragments.RunningLessons(view);
        return $"{view.Taught.Path}/events?seen={DigestOf(view, shown, language)}&lessons={Uri.EscapeDataString(shown)}";
    }

    private static async Task FollowAsync(
        HttpContext context, string ns, string name, string? seen, string? lessons, SiteView site, SiteChanges changes, OpenClasses classes, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        var key = new ObjectKey(ns, name);
        var language = Languages.Of(context.Request);
        if (Look() is not { } first)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var aborted = ending.Token;
        using var looking = classes.Open(key);
        // A page that is connected again after a while has missed what was sent meanwhile: it is sent all.
        var sent = DigestOf(first, lessons ?? "", language) == seen ? new ClassStream(first, lessons ?? "", language) : null;
        await using var change = changes.FollowAsync(key, aborted).GetAsyncEnumerator(aborted);
        var next = change.MoveNextAsync().AsTask();
        try
        {
            // Rights are asked for anew each time, as the course may have another teacher by now.
            while (Look() is { } view)
            {
                sent ??= new(null, lessons ?? "", language);
                var news = sent.Take(view);
                // A line that says nothing keeps those on the way from taking the connection for dead.
                await context.Response.WriteAsync(news.Length == 0 ? ":\n\n" : $"data: {news}\n\n", aborted);
                await context.Response.Body.FlushAsync(aborted);
                await Task.Delay(AtMostEach, time, aborted);
                await Task.WhenAny(next, Task.Delay(AtLeastEach, time, aborted));
                aborted.ThrowIfCancellationRequested();
                if (next.IsCompleted && await next) next = change.MoveNextAsync().AsTask();
            }
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
        }
        finally
        {
            // An enumerator that is still asked for its next item cannot be disposed of.
            await ending.CancelAsync();
            await Task.WhenAny(next);
        }

        ClassView? Look() => Sessions.VisitorOf(context.User) is { } visitor && site.Environments.Find(key) is { } course && TaughtCourse.Of(course, visitor) is { } taught
            ? ClassView.Of(taught, site, Instant.FromDateTimeOffset(time.GetUtcNow()))
            : null;
    }

    private static string DigestOf(ClassView view, string shown, Language language) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        ClassFragments.State(view, shown, language) + ClassFragments.Counts(view, language) + ClassFragments.Tiles(view, language))))[..16];
}
