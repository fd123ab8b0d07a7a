using System.CommandLine;
using System.Text.Json.Nodes;
using MesoNet.IAaS.Cli.Options;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Cli.Timetable;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Resources.Courses;
using Command = System.CommandLine.Command;

namespace MesoNet.IAaS.Cli.Seats;

/// <summary><c>mesonet seat start|stop|hand-in COURSE STUDENT</c>: says that a student wants to work, as the portal does, or wants no more, or hands in.</summary>
internal sealed class SeatCommand(ClusterReader cluster, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static Command Create(Option<string> name, TimeProvider time)
    {
        var course = new Argument<string>("course") { Description = "The course's name." };
        var student = new Argument<string>("student") { Description = "The student's login." };
        var hours = new Option<double>("--hours")
        {
            Description = "For how long the seat is wanted; while work is done in it, it goes on beyond that.",
            DefaultValueFactory = _ => 4,
        }.Checked("a number above 0, at most 336", number => number is > 0 and <= 24 * 14);
        var (kubeconfig, context) = PlanCommand.Cluster();
        var start = new Command("start", "Start a student's seat, where the timetable lets seats start on demand.") { course, student, hours, kubeconfig, context, name };
        start.SetAction((parsed, token) => new SeatCommand(new(new(parsed.GetValue(name)!), parsed.GetValue(kubeconfig), parsed.GetValue(context), time), time)
            .RunAsync(parsed.GetValue(course)!, parsed.GetValue(student)!, TimeSpan.FromHours(parsed.GetValue(hours)), token));
        var stop = new Command("stop", "Stop a seat that was started on demand; the work is kept.") { course, student, kubeconfig, context, name };
        stop.SetAction((parsed, token) => new SeatCommand(new(new(parsed.GetValue(name)!), parsed.GetValue(kubeconfig), parsed.GetValue(context), time), time)
            .RunAsync(parsed.GetValue(course)!, parsed.GetValue(student)!, wanted: null, token));
        var lesson = new Option<string?>("--lesson") { Description = "The lesson; where not given, the one whose deadline is next." };
        var handIn = new Command("hand-in", "Hand in for a student: what the course's folder holds now is taken.") { course, student, lesson, kubeconfig, context, name };
        handIn.SetAction((parsed, token) => new SeatCommand(new(new(parsed.GetValue(name)!), parsed.GetValue(kubeconfig), parsed.GetValue(context), time), time)
            .HandInAsync(parsed.GetValue(course)!, parsed.GetValue(student)!, parsed.GetValue(lesson), token));
        return new("seat", "Start, stop or hand in for one student's seat.") { start, stop, handIn };
    }

    private async Task<int> RunAsync(string course, string student, TimeSpan? wanted, CancellationToken cancellationToken)
    {
        using var client = await cluster.RequireAsync(cancellationToken);
        var seat = await FindAsync(client, course, student, cancellationToken);

        var until = wanted is { } duration ? time.GetUtcNow() + duration : (DateTimeOffset?)null;
        var patch = new JsonObject { ["spec"] = new JsonObject { ["wantedUntil"] = until is { } moment ? moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") : null } };
        await client.MergePatchAsync<Seat>(seat.Key, patch, cancellationToken);
        var environment = await client.FindAsync<ClassroomEnvironment>(new(seat.Key.Namespace, course), cancellationToken);
        Console.WriteLine(Sentence(environment, seat, until is not null));
        return 0;
    }

    private async Task<int> HandInAsync(string course, string student, string? lesson, CancellationToken cancellationToken)
    {
        using var client = await cluster.RequireAsync(cancellationToken);
        var seat = await FindAsync(client, course, student, cancellationToken);
        var environment = await client.FindAsync<ClassroomEnvironment>(new(seat.Key.Namespace, course), cancellationToken) ?? throw new UserMistakeException($"There is no course \"{course}\".");
        // Whole seconds, as what is taken is named after them.
        var at = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        var chosen = HandInChoice.LessonOf(environment, seat, lesson, at);
        var patch = new JsonObject { ["spec"] = new JsonObject { ["handIns"] = new JsonObject { [chosen] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") } } };
        await client.MergePatchAsync<Seat>(seat.Key, patch, cancellationToken);

        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < Patience)
        {
            var answer = (await client.FindAsync<Seat>(seat.Key, cancellationToken))?.Status?.HandedIn?.FirstOrDefault(answer => answer.Lesson == chosen && answer.At >= at);
            if (answer?.Problem is { } problem) throw new UserMistakeException($"Nothing could be taken of {student} for {chosen}: {problem}.");
            if (answer is not null)
            {
                Console.WriteLine($"The work of {student} for {chosen} is handed in{(answer.Late == true ? ", after the deadline: it goes to the late ones" : "")}.");
                return 0;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(300), time, cancellationToken);
        }

        throw new UserMistakeException($"The work of {student} for {chosen} has not been taken within five minutes; it will be. The condition WorkTaken of the course may tell why it takes long: 'mesonet kubectl describe ce -n {seat.Key.Namespace} {course}'.");
    }

    private static async Task<Seat> FindAsync(KubernetesClient client, string course, string student, CancellationToken cancellationToken)
    {
        var seats = (await client.ListAsync<Seat>(ListQuery.All, cancellationToken)).Where(seat => seat.Spec.Environment == course).ToList();
        if (seats.Count == 0) throw new UserMistakeException($"There is no course \"{course}\" with seats.");
        return seats.FirstOrDefault(seat => string.Equals(seat.Spec.Login, student, StringComparison.OrdinalIgnoreCase))
            ?? throw new UserMistakeException($"The course \"{course}\" has no student \"{student}\". Its students are in spec.students.");
    }

    private static string Sentence(ClassroomEnvironment? environment, Seat seat, bool isStart)
    {
        if (!isStart) return $"The seat of {seat.Spec.Login} is no longer wanted. Outside a lesson it stops now; the work is kept.";
        var stage = environment?.Status?.Stage;
        return stage is Stage.Lesson or Stage.Warming or Stage.HandIn
            ? $"The seat of {seat.Spec.Login} is wanted: it starts now, if the student's timetable lets it. './mesonet status' shows its address."
            : $"The seat of {seat.Spec.Login} is wanted, but the course is {stage?.ToString() ?? "not planned yet"}: it starts only where the timetable lets seats start.";
    }
}
