using System.CommandLine;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Planning.Capacity;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Planning.Timetable;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Platforms;
using NodaTime;
using Command = System.CommandLine.Command;

namespace MesoNet.IAaS.Cli.Timetable;

/// <summary><c>mesonet plan -f course.yaml</c>: what a course's timetable means, what is wrong with its spec, and whether its lessons fit; the same of a research workspace. Nothing is applied.</summary>
internal sealed class PlanCommand(ClusterReader cluster, TimeProvider time)
{
    public static Command Create(Option<string> name, TimeProvider time)
    {
        var files = Files("A manifest, or a folder of them: courses and research workspaces to look at; templates, data sets and nodes to look at them with. May be given several times.");
        var (kubeconfig, context) = Cluster();
        var platforms = new Option<string?>("--platforms") { Description = "A file with the site's own catalogue of platforms and allowed images, the same as the operator's; the built-in one by default." };
        var plan = new Command("plan", "Show when the seats of a course start and stop, what is wrong with its spec, and whether its lessons fit; or when a research workspace runs and makes room. Nothing is applied.") { files, kubeconfig, context, platforms, name };
        plan.SetAction((parsed, token) => new PlanCommand(new(new(parsed.GetValue(name)!), parsed.GetValue(kubeconfig), parsed.GetValue(context), time) { Catalogue = CatalogueOf(parsed.GetValue(platforms)) }, time)
            .RunAsync(parsed.GetValue(files)!, Console.Out, token));
        return plan;
    }

    /// <summary>The option for manifests.</summary>
    public static Option<string[]> Files(string description) => new("--filename", "-f") { Description = description, DefaultValueFactory = _ => [] };

    /// <summary>The options for a cluster other than the local one.</summary>
    public static (Option<string?> Kubeconfig, Option<string?> Context) Cluster() => (
        new("--kubeconfig") { Description = "A kubeconfig: that of the cluster to ask, instead of the local one." },
        new("--context") { Description = "Which context of the kubeconfig." });

    /// <summary>The catalogue of a file; null where none is given.</summary>
    /// <exception cref="UserMistakeException">The file cannot be read, or is no catalogue.</exception>
    internal static PlatformCatalogue? CatalogueOf(string? file)
    {
        try
        {
            return file is null ? null : PlatformCatalogue.Load(file, isLocal: false);
        }
        catch (FormatException exception)
        {
            throw new UserMistakeException(exception.Message);
        }
    }

    public async Task<int> RunAsync(IReadOnlyList<string> files, TextWriter output, CancellationToken cancellationToken)
    {
        if (files.Count == 0) throw new UserMistakeException("Give the course's file: mesonet plan -f environment.yaml");
        var given = ManifestFiles.Read(files).With(cluster.Platforms);
        if (given.Environments.Count + given.Workspaces.Count == 0) throw new UserMistakeException($"There is no ClassroomEnvironment and no ResearchWorkspace in {string.Join(", ", files)}.");
        return Print(given, await cluster.ReadAsync(cancellationToken), Instant.FromDateTimeOffset(time.GetUtcNow()), output);
    }

    /// <summary>Prints the courses that are given, in the company of what is there already.</summary>
    /// <param name="given">What the files hold.</param>
    /// <param name="there">What the cluster holds; null where none is known.</param>
    /// <param name="now">The moment.</param>
    /// <param name="output">Where to.</param>
    /// <returns>The exit code.</returns>
    internal static int Print(SiteObjects given, SiteObjects? there, Instant now, TextWriter output)
    {
        var site = there is null ? given : given.AppliedTo(there);
        var calendar = site.Nodes.Count == 0 ? null : SiteCalendar.Of(site.Environments, site.Templates, site.Nodes, now: now, workspaces: site.Workspaces);
        var mistakes = 0;
        foreach (var environment in given.Environments)
        {
            if (environment != given.Environments[0]) output.WriteLine();
            if (!Print(site.Environments.Single(item => item.Key == environment.Key), site, calendar, there is not null, now, output)) mistakes++;
        }

        var refused = 0;
        foreach (var workspace in given.Workspaces)
        {
            if (given.Environments.Count > 0 || workspace != given.Workspaces[0]) output.WriteLine();
            if (!WorkspaceTable.PrintPlan(site.Workspaces.Single(item => item.Key == workspace.Key), site, calendar, there is not null, now, output)) refused++;
        }

        output.WriteLine();
        if (calendar is null) output.WriteLine("Whether the lessons fit was not checked: no nodes are known. Give --kubeconfig, start the local cluster, or give a file with Node objects.");
        if (given.Environments.Count > 1 || mistakes > 0)
            output.WriteLine(mistakes == 0 ? $"All {given.Environments.Count} courses are right{(calendar is null ? "" : " and fit")}." : $"{mistakes} of {given.Environments.Count} courses cannot be held as they are.");
        if (refused > 0) output.WriteLine($"{refused} of {given.Workspaces.Count} workspaces cannot run as they are.");
        return mistakes + refused == 0 ? 0 : 1;
    }

    private static bool Print(ClassroomEnvironment environment, SiteObjects site, SiteCalendar? calendar, bool isClusterKnown, Instant now, TextWriter output)
    {
        var template = site.Templates.FirstOrDefault(template => template.Metadata.Name == environment.Spec.Template.Name);
        output.WriteLine($"{environment.Metadata.Name}: {template?.Spec.Title ?? environment.Spec.Template.Name}, {CourseTable.Students(environment.Spec.Students?.Count ?? 0)}");
        var problems = SpecificationRules.Check(environment, new() { Key = environment.Key, Environment = environment, Templates = site.Templates, Platforms = site.Platforms, Datasets = site.Datasets })
            // Without a cluster, nobody knows which data sets there are, and which have been fetched.
            .Where(problem => isClusterKnown || problem.Reason is not ("DatasetNotFound" or SpecificationRules.DatasetNotReady)).ToList();
        if (problems.Count > 0)
        {
            output.WriteLine("  The spec would be refused:");
            foreach (var problem in problems) output.WriteLine($"  - {problem.Sentence}");
            return false;
        }

        var timetable = new CourseTimetable(environment.Spec, BookedCourse.LeadOf(environment, template!));
        var starts = timetable.Lessons.Count == 0 ? "" : $"; seats are started from {timetable.Lead.TotalSeconds:0} s before a lesson on";
        output.WriteLine($"  Times are those of {timetable.Zone.Id}{starts}.");
        var fit = calendar?.FitOf(environment.Key, now);
        new CourseTable(environment, timetable, fit, now).Print(output);
        if (timetable is { Lessons.Count: 0, IsSuspended: false } && fit?.Fits == true) output.WriteLine("  The nodes have room for them.");
        foreach (var lesson in fit?.Lessons.Where(lesson => !lesson.Fits) ?? []) output.WriteLine($"  - {lesson.Sentence}");
        return fit?.Fits != false;
    }
}
