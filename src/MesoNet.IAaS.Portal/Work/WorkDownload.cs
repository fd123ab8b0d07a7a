using System.Globalization;
using MesoNet.IAaS.Portal.Classes;
using MesoNet.IAaS.Portal.Site;
using MesoNet.IAaS.Resources.Naming;

namespace MesoNet.IAaS.Portal.Work;

/// <summary>
/// The students' work for a lesson as a zip, written to the browser as it comes from the reader. What fails half-way cuts the connection: the browser says
/// that the download failed, and what it has is no zip.
/// </summary>
internal static partial class WorkDownload
{
    public static async Task SendAsync(
        HttpContext context, string ns, string name, string lesson, SiteView site, ReaderClient readers, ReaderWishes wishes, TimeProvider time, ILoggerFactory logs)
    {
        if (WorkEndpoints.Find(context, ns, name, site) is not { } taught || taught.Course.Spec.Lessons?.Any(known => known.Name == lesson) != true)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        if (ReaderOutlook.Of(taught, site, time.GetUtcNow()).Door is not { } door)
        {
            context.Response.Redirect(WorkPaths.Work(taught, lesson));
            return;
        }

        var log = logs.CreateLogger(typeof(WorkDownload).FullName!);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var keeping = wishes.KeepAsync(taught.Course.Key, ending.Token);
        try
        {
            using var answer = await readers.CollectAsync(door, lesson, context.RequestAborted);
            await SendAsync(context, taught, lesson, answer, time);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            Failed(log, taught.Course.Key.ToString(), lesson, exception);
            if (context.Response.HasStarted) context.Abort();
            else
            {
                context.Response.Clear();
                context.Response.StatusCode = StatusCodes.Status502BadGateway;
            }
        }
        finally
        {
            await ending.CancelAsync();
            await keeping;
        }
    }

    private static async Task SendAsync(HttpContext context, TaughtCourse taught, string lesson, HttpResponseMessage answer, TimeProvider time)
    {
        var aborted = context.RequestAborted;
        var headers = context.Response.Headers;
        context.Response.ContentType = "application/zip";
        headers.ContentDisposition = string.Create(CultureInfo.InvariantCulture, $"attachment; filename=\"{taught.Course.Metadata.Name}-{lesson}.zip\"");
        headers.CacheControl = "no-store";
        headers["X-Accel-Buffering"] = "no";
        var students = (taught.Course.Spec.Students ?? []).Where(student => taught.Has(student.Group)).ToList();
        var target = await ZipTarget.BeginAsync(context.Response.Body, time.GetUtcNow(), aborted);
        var collected = new CollectedWork(target, taught.Course, students);
        await using var source = await answer.Content.ReadAsStreamAsync(aborted);
        // Who has left the roster is nobody's but the whole course's.
        var seats = taught.IsWhole ? null : students.Select(student => ObjectNames.Seat(taught.Course.Metadata.Name!, student.Login)).ToHashSet(StringComparer.Ordinal);
        await WorkStream.ReceiveAsync(source, collected, seats, aborted);
        await collected.AddTableAsync(aborted);
        await target.CompleteAsync(aborted);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The work of {Course} for {Lesson} could not be sent.")]
    private static partial void Failed(ILogger logger, string course, string lesson, Exception exception);
}
