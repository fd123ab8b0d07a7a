using System.Text.Json.Nodes;
using MesoNet.IAaS.Cli.Site;
using MesoNet.IAaS.Cli.Timetable;
using MesoNet.IAaS.Planning.Courses;
using MesoNet.IAaS.Resources.Platforms;

namespace MesoNet.IAaS.Cli.Simulation;

/// <summary>What a site is like beside its nodes: kind SimulatedSite. Megabytes are millions of bytes.</summary>
internal sealed record SiteModel
{
    /// <summary>The site's name and place.</summary>
    public string? Title { get; init; }

    /// <summary>How fast a node fetches an image.</summary>
    public decimal PullMegabytesPerSecond { get; init; } = 250;

    /// <summary>How large an image is that is not listed.</summary>
    public decimal ImageMegabytes { get; init; } = 6000;

    /// <summary>How large each image is.</summary>
    public IReadOnlyDictionary<string, decimal> Images { get; init; } = new Dictionary<string, decimal>();

    /// <summary>How long a notebook takes to answer on an idle node that has its image.</summary>
    public decimal StartSeconds { get; init; } = 8;

    /// <summary>How much longer it takes for each seat that is being started on the node, itself included.</summary>
    public decimal StartSecondsPerSeat { get; init; } = 0.5m;
}

/// <summary>One site of a simulation: a folder with its nodes, templates and courses.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="Model">What it is like.</param>
/// <param name="Objects">Its nodes, templates and courses.</param>
internal sealed record SiteFolder(string Name, SiteModel Model, SiteObjects Objects)
{
    /// <summary>The sites of a folder: each folder in it, in the order of their names, or itself where it has none.</summary>
    /// <exception cref="UserMistakeException">It holds no site, or one that cannot be simulated.</exception>
    public static IReadOnlyList<SiteFolder> ReadAll(string folder)
    {
        if (!Directory.Exists(folder)) throw new UserMistakeException($"There is no folder {folder}. Give one with a folder for each site, such as samples/semester.");
        var sites = Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).ToList();
        var read = (sites.Count > 0 ? sites : [folder]).Select(Read).ToList();
        return read.Any(site => site.Objects.Environments.Count > 0) ? read : throw new UserMistakeException($"There is no ClassroomEnvironment in {folder}.");
    }

    private static SiteFolder Read(string folder)
    {
        var objects = ManifestFiles.Read([folder]).With(PlatformCatalogue.BuiltIn);
        if (objects.Nodes.Count == 0) throw new UserMistakeException($"{folder} has no Node: a site is a folder with its nodes, templates and courses.");
        foreach (var environment in objects.Environments)
        {
            var problem = SpecificationRules.Check(environment, new() { Key = environment.Key, Environment = environment, Templates = objects.Templates, Platforms = objects.Platforms, Datasets = objects.Datasets })
                // A simulation mounts no data.
                .FirstOrDefault(problem => problem.Reason is not ("DatasetNotFound" or SpecificationRules.DatasetNotReady));
            if (problem is not null) throw new UserMistakeException($"The course {environment.Key} in {folder} would be refused: {problem.Sentence}");
        }

        return new(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), ReadModel(folder), objects);
    }

    private static SiteModel ReadModel(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
        {
            if (ManifestFiles.Documents(file).OfType<JsonObject>().FirstOrDefault(document => document["kind"]?.ToString() == "SimulatedSite") is not { } document) continue;
            var model = document["spec"] is { } spec ? ManifestFiles.Object<SiteModel>(spec, file, "the SimulatedSite") : new();
            if (model.PullMegabytesPerSecond <= 0 || model.StartSeconds < 0 || model.StartSecondsPerSeat < 0 || model.ImageMegabytes < 0 || model.Images.Values.Any(size => size < 0))
                throw new UserMistakeException($"{file}: rates and sizes of the SimulatedSite must not be below zero, and pullMegabytesPerSecond not zero.");
            return model;
        }

        return new();
    }
}
