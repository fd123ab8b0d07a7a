using System.Text.Json.Serialization;
using MesoNet.IAaS.Kubernetes.Serialization;
using MesoNet.IAaS.Resources.Courses;
using MesoNet.IAaS.Resources.Research;

[assembly: JsonContext(typeof(CoursesJsonContext))]

namespace MesoNet.IAaS.Resources.Courses;

/// <summary>Generated code that reads and writes the custom resources.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ClassroomEnvironment))]
[JsonSerializable(typeof(CourseTemplate))]
[JsonSerializable(typeof(Dataset))]
[JsonSerializable(typeof(Seat))]
[JsonSerializable(typeof(ResearchWorkspace))]
internal sealed partial class CoursesJsonContext : JsonSerializerContext;
