using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MesoNet.IAaS.Resources.Schema;

/// <summary>
/// The docstrings of an assembly, from the file the compiler writes beside it: what a developer reads over a property is what
/// <c>kubectl explain</c> says of the field.
/// </summary>
internal sealed partial class XmlDocumentation
{
    private readonly Dictionary<string, string> summaries;

    private XmlDocumentation(Dictionary<string, string> summaries) => this.summaries = summaries;

    public static XmlDocumentation Of(Assembly assembly)
    {
        var path = Path.ChangeExtension(assembly.Location, ".xml");
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no {path}: descriptions come from the docstrings the compiler writes there.");
        return new(XDocument.Load(path).Descendants("member").ToDictionary(
            member => (string)member.Attribute("name")!,
            member => member.Element("summary") is { } summary ? Flatten(summary) : "",
            StringComparer.Ordinal));
    }

    public string? Summary(Type type) => Find($"T:{type.FullName}");

    public string? Summary(PropertyInfo property) => Find($"P:{property.DeclaringType!.FullName}.{property.Name}");

    private string? Find(string id) => summaries.GetValueOrDefault(id.Replace('+', '.')) is { Length: > 0 } text ? text : null;

    private static string Flatten(XElement summary)
    {
        var text = string.Concat(summary.Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "see" } see => ((string?)see.Attribute("cref") ?? "").Split('.')[^1],
            XElement element => element.Value,
            _ => node.ToString(),
        }));
        return Spaces().Replace(System.Net.WebUtility.HtmlDecode(text), " ").Trim();
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
