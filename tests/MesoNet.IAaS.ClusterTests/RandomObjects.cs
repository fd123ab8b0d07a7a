using System.Reflection;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Research;
using MesoNet.IAaS.Resources.Schema;
using LengthAttribute = MesoNet.IAaS.Resources.Schema.LengthAttribute;

namespace MesoNet.IAaS.ClusterTests;

/// <summary>Random objects that fit their schema: every member is set, lists have entries, texts match their patterns.</summary>
internal sealed class RandomObjects(int seed)
{
    private const string Words = "abcdefghijklmnopqrstuvwxyz0123456789";
    private readonly Random random = new(seed);

    /// <summary>A value for each pattern in use; a new pattern needs a line here.</summary>
    private Dictionary<string, Func<string>> Patterns => new(StringComparer.Ordinal)
    {
        [@"^(https?|ssh|git)://[^\s]+$"] = () => $"https://git.test/{Word()}.git",
        ["^[A-Za-z0-9][A-Za-z0-9._/+-]*$"] = () => $"feature/{Word()}",
        [@"^$|^[A-Za-z0-9_-][A-Za-z0-9_. -]*(/[A-Za-z0-9_-][A-Za-z0-9_. -]*)*$"] = () => $"{Word()}/a folder",
        ["^$|^[A-Za-z0-9_-][A-Za-z0-9_.-]*$"] = Word,
        ["^[A-Za-z0-9_-][A-Za-z0-9_. -]*(/[A-Za-z0-9_-][A-Za-z0-9_. -]*)*$"] = Word,
        ["^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"] = () => "a" + Word(),
        ["^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"] = () => "a." + Word(),
        ["^[a-z][a-z0-9_]*$"] = () => "a" + Word(),
        [@"^(https?|git)://[^\s]+$"] = () => $"https://git.test/{Word()}.git",
        [@"^https?://[^\s]+$"] = () => $"https://data.test/{Word()}.tar.gz",
        ["^[0-9a-fA-F]{64}$"] = () => new string('a', 64),
        [@"^(tar|tar\.gz|zip)$"] = () => "tar.gz",
        ["^/"] = () => "/" + Word(),
        ["^[1-9][0-9]*[dhm]$"] = () => "90d",
        [@"^[^\s/]+$"] = () => $"é.{Word()}@univ.test",
        ["^[0-9]{4}-[0-9]{2}-[0-9]{2}$"] = () => "2026-11-16",
        ["^([01][0-9]|2[0-3]):[0-5][0-9]$"] = () => "20:00",
        ["^[A-Za-z_][A-Za-z0-9_]*$"] = () => "A" + Word(),
        ["^[a-z]([a-z0-9-]*[a-z0-9])?$"] = () => "a" + Word(),
        ["^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$"] = () => "2026-11-23T14:00",
    };

    public object Make(Type type)
    {
        var made = Value(type, null);
        return made switch
        {
            // What CEL asks for, on servers that know it.
            DatasetSpec dataset => random.Next(3) switch
            {
                0 => dataset with { Csi = null, HostPath = null, Claim = null, Source = null },
                1 => dataset with { Nfs = null, Csi = null, HostPath = null, Source = null },
                _ => dataset with { Nfs = null, Csi = null, HostPath = null, Claim = null, Source = dataset.Source! with { Git = null } },
            },
            CourseTemplateSpec template => random.Next(2) == 0
                ? template with { Platform = null, Documents = template.Documents! with { Dataset = null } }
                : template with { Image = null, Documents = template.Documents! with { Path = null } },
            ClassroomEnvironmentSpec environment => environment with
            {
                Lessons = [.. environment.Lessons!.Select(lesson => lesson with { Start = "2026-11-23T14:00", End = "2026-11-23T17:00", HandInUntil = "2026-11-27T23:59" })],
            },
            ResearchWorkspaceSpec workspace => workspace with
            {
                Resources = new Dictionary<string, Quantity>(workspace.Resources) { ["cpu"] = "4", ["memory"] = "16Gi" },
                Running = workspace.Running! with { Hours = RunningHours.Timetable },
                Image = workspace.Image!.Length % 2 == 0 ? workspace.Image : null,
                Platform = workspace.Image!.Length % 2 == 0 ? null : workspace.Platform,
            },
            _ => made,
        };
    }

    private object Value(Type type, PropertyInfo? property)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return Text(property);
        if (type == typeof(bool)) return random.Next(2) == 0;
        if (type == typeof(int)) return property?.GetCustomAttribute<BoundsAttribute>() is { } bounds ? random.Next(bounds.Minimum, bounds.Maximum + 1) : random.Next(1000);
        if (type == typeof(long)) return random.NextInt64(1_000_000);
        if (type == typeof(Quantity)) return new Quantity($"{random.Next(1, 1000)}{(random.Next(2) == 0 ? "Gi" : "m")}");
        if (type == typeof(DateTimeOffset)) return DateTimeOffset.UnixEpoch.AddSeconds(random.NextInt64(2_000_000_000));
        if (type.IsEnum) return Enum.GetValues(type).GetValue(random.Next(Enum.GetValues(type).Length))!;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)) return List(type.GetGenericArguments()[0]);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)) return Dictionary(type.GetGenericArguments()[1]);
        var made = Activator.CreateInstance(type)!;
        foreach (var member in type.GetProperties().Where(member => member.CanWrite)) member.SetValue(made, Value(member.PropertyType, member));
        return made;
    }

    private string Text(PropertyInfo? property)
    {
        if (property?.GetCustomAttribute<PatternAttribute>() is { } pattern)
            return Patterns.TryGetValue(pattern.Pattern, out var make) ? make() : throw new InvalidOperationException($"Add a text for the pattern {pattern.Pattern}.");
        var text = property?.Name == "Status" ? "True" : $"Ça — {Word()} \"<&>\" 😀 {Word()}";
        return property?.GetCustomAttribute<LengthAttribute>() is { } length && text.Length > length.Maximum ? text[..length.Maximum] : text;
    }

    private Array List(Type item)
    {
        var array = Array.CreateInstance(item, random.Next(1, 4));
        for (var i = 0; i < array.Length; i++) array.SetValue(Value(item, null), i);
        return array;
    }

    private object Dictionary(Type value)
    {
        var dictionary = (System.Collections.IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), value))!;
        for (var i = random.Next(1, 4); i > 0; i--) dictionary[$"example.org/{Word()}"] = Value(value, null);
        return dictionary;
    }

    private string Word() => string.Concat(Enumerable.Range(0, 12).Select(_ => Words[random.Next(Words.Length)]));
}
