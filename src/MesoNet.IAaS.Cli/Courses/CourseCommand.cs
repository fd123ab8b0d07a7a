using System.CommandLine;
using MesoNet.IAaS.Cli.Timetable;
using Command = System.CommandLine.Command;

namespace MesoNet.IAaS.Cli.Courses;

/// <summary><c>mesonet course ...</c>: what a teacher asks of one course.</summary>
internal static class CourseCommand
{
    public static Command Create(Option<string> name, Option<string> output, TimeProvider time) =>
        new("course", "What teachers ask of one course.") { Report(name, output, time), Collect(name, time), Homes(name, output, time), Restore(name, time), Update(name, time) };

    private static Command Report(Option<string> name, Option<string> output, TimeProvider time)
    {
        var course = new Argument<string>("course") { Description = "The course's name." };
        var (kubeconfig, context) = PlanCommand.Cluster();
        var report = new Command("report", "Tell, for each student, what the last version of the code changed in their home, and what was kept.") { course, output, kubeconfig, context, name };
        report.SetAction((parsed, token) => new CourseReport(new(new(parsed.GetValue(name)!), parsed.GetValue(kubeconfig), parsed.GetValue(context), time), time)
            .RunAsync(parsed.GetValue(course)!, parsed.GetValue(output) == "json", Console.Out, token));
        return report;
    }

    private static Command Collect(Option<string> name, TimeProvider time)
    {
        var course = new Argument<string>("course") { Description = "The course's name." };
        var lesson = new Argument<string>("lesson") { Description = "The lesson's name." };
        var folder = new Option<string>("--output", "-o") { Description = "The folder to make; an empty one may be there.", Required = true };
        var (kubeconfig, context) = PlanCommand.Cluster();
        var collect = new Command("collect", "Fetch the students' work for a lesson: a folder per student, a table and a diff against the course's code.") { course, lesson, folder, kubeconfig, context, name };
        collect.SetAction((parsed, token) => new CourseCollect(new(new(parsed.GetValue(name)!), parsed.GetValue(kubeconfig), parsed.GetValue(context), time), time)
            .RunAsync(parsed.GetValue(course)!, parsed.GetValue(lesson)!, parsed.GetValue(folder)!, Console.Out, token));
        return collect;
    }

    private static Command Homes(Option<string> name, Option<string> output, TimeProvider time)
    {
        var course = new Argument<string>("course") { Description = "The course's name." };
        var (kubeconfig, context) = PlanCommand.Cluster();
        var homes = new Command("homes", "Tell what each home takes of the course's volume, the fullest first, as it was last measured.") { course, output, kubeconfig, context, name };
        homes.SetAction((parsed, token) => new CourseHomes(new(new(parsed.GetValue(name)!), parsed.GetValue(kubeconfig), parsed.GetValue(context), time), time)
            .RunAsync(parsed.GetValue(course)!, parsed.GetValue(output) == "json", Console.Out, token));
        return homes;
    }

    private static Command Restore(Option<string> name, TimeProvider time)
    {
        var course = new Argument<string>("course") { Description = "The course's name." };
        var student = new Argument<string>("student") { Description = "The student's login." };
        var archive = new Option<string?>("--archive") { Description = "An older archive, by the name that an earlier restore told; the newest where not given." };
        var (kubeconfig, context) = PlanCommand.Cluster();
        var restore = new Command("restore", "Bring one student's home back from the archive. Nothing in a home that is there is written over.") { course, student, archive, kubeconfig, context, name };
        restore.SetAction((parsed, token) => new CourseRestore(new(new(parsed.GetValue(name)!), parsed.GetValue(kubeconfig), parsed.GetValue(context), time), time)
            .RunAsync(parsed.GetValue(course)!, parsed.GetValue(student)!, parsed.GetValue(archive), Console.Out, token));
        return restore;
    }

    private static Command Update(Option<string> name, TimeProvider time)
    {
        var course = new Argument<string>("course") { Description = "The course's name." };
        var reference = new Option<string?>("--ref") { Description = "A branch, a tag or a commit for this course alone; empty for the template's own; the one it has, where not given." };
        var (kubeconfig, context) = PlanCommand.Cluster();
        var update = new Command("update", "Look the course's code up now, and give everybody that version. What students changed stays theirs.") { course, reference, kubeconfig, context, name };
        update.SetAction((parsed, token) => new CourseUpdate(new(new(parsed.GetValue(name)!), parsed.GetValue(kubeconfig), parsed.GetValue(context), time), time)
            .RunAsync(parsed.GetValue(course)!, parsed.GetValue(reference), Console.Out, token));
        return update;
    }
}
