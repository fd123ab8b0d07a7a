using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Identity;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Portal.Work;

/// <summary>What the pages about code, report and work hear of by server-sent events, and the download of the work.</summary>
internal static class WorkEndpoints
{
    private static readonly TimeSpan AtLeastEach = TimeSpan.FromSeconds(5);

    /// <summary>Adds them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/courses/{ns}/{name}/reader/events", FollowReaderAsync);
        routes.MapGet("/courses/{ns}/{name}/code/events", FollowCodeAsync);
        routes.MapGet("/courses/{ns}/{name}/work/{lesson}/zip", WorkDownload.SendAsync);
    }

    /// <summary>A course for the visitor who teaches it; null for anybody else.</summary>
    public static TaughtCourse? Find(HttpContext context, string ns, string name, SiteView site) =>
        Sessions.VisitorOf(context.User) is { } visitor && site.Environments.Find(new ObjectKey(ns, name)) is { } course ? TaughtCourse.Of(course, visitor) : null;

    private static Task FollowReaderAsync(HttpContext context, string ns, string name, string? lesson, SiteView site, SiteChanges changes, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        var language = Languages.Of(context.Request);
        return FollowAsync(context, new(ns, name), changes, time, lifetime, () => Find(context, ns, name, site) is { } taught
            ? ReaderFragment.Render(ReaderOutlook.Of(taught, site, time.GetUtcNow()), lesson is null ? WorkPaths.Report(taught) : WorkPaths.Work(taught, lesson), language)
            : null);
    }

    private static Task FollowCodeAsync(HttpContext context, string ns, string name, SiteView site, SiteChanges changes, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        var language = Languages.Of(context.Request);
        return FollowAsync(context, new(ns, name), changes, time, lifetime, () => Find(context, ns, name, site) is { IsWhole: true } taught && CodeOf(taught.Course, site) is { } code
            ? CodeFragment.Render(taught.Course, code, language)
            : null);
    }

    /// <summary>The code of a course's template; null where it has none.</summary>
    public static CodeSource? CodeOf(ClassroomEnvironment course, SiteView site) => site.Templates.Find(ObjectKey.Cluster(course.Spec.Template.Name))?.Spec.Code;

    // Rights are asked for anew each time, as the course may have another teacher by now.
    private static async Task FollowAsync(HttpContext context, ObjectKey course, SiteChanges changes, TimeProvider time, IHostApplicationLifetime lifetime, Func<string?> render)
    {
        if (render() is null)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var before = "";
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var aborted = ending.Token;
        await using var change = changes.FollowAsync(course, aborted).GetAsyncEnumerator(aborted);
        var next = change.MoveNextAsync().AsTask();
        try
        {
            while (render() is { } fragment)
            {
                // A line that says nothing keeps those on the way from taking the connection for dead.
                await context.Response.WriteAsync(fragment == before ? ":\n\n" : $"data: {fragment}\n\n", aborted);
                await context.Response.Body.FlushAsync(aborted);
                before = fragment;
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
    }
}
