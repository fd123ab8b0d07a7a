namespace MesoNet.IAaS.Planning.Courses;

/// <summary>A condition in the making.</summary>
/// <param name="Type">The condition's type.</param>
/// <param name="Holds">Whether it is True.</param>
/// <param name="Reason">One word in CamelCase.</param>
/// <param name="Sentence">What a teacher understands.</param>
internal sealed record Finding(string Type, bool Holds, string Reason, string Sentence);
