namespace MesoNet.IAaS.Resources.Schema;

/// <summary>A regular expression that the text must match. Anchor it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PatternAttribute(string pattern) : Attribute
{
    /// <summary>The expression, in the syntax that Go and ECMAScript share.</summary>
    public string Pattern { get; } = pattern;
}

/// <summary>Bounds of a text's length or of a list's.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LengthAttribute(int minimum, int maximum) : Attribute
{
    /// <summary>The least length.</summary>
    public int Minimum { get; } = minimum;

    /// <summary>The greatest length.</summary>
    public int Maximum { get; } = maximum;
}

/// <summary>Bounds of an integer.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BoundsAttribute(int minimum, int maximum) : Attribute
{
    /// <summary>The least value.</summary>
    public int Minimum => minimum;

    /// <summary>The greatest value.</summary>
    public int Maximum => maximum;
}

/// <summary>The value that the API server fills in where none is given.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DefaultAttribute(object value) : Attribute
{
    /// <summary>A text, an integer or a boolean.</summary>
    public object Value { get; } = value;
}

/// <summary>The list is a map: no two entries have the same value of this member, and server-side apply merges entry by entry.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListMapAttribute(string key) : Attribute
{
    /// <summary>The member that identifies an entry.</summary>
    public string Key { get; } = key;
}

/// <summary>A rule in the Common Expression Language. Servers before 1.25 ignore it, so the operator checks the same.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class, AllowMultiple = true)]
public sealed class RuleAttribute(string expression, string message) : Attribute
{
    /// <summary>What must hold.</summary>
    public string Expression { get; } = expression;

    /// <summary>What to say where it does not.</summary>
    public string Message { get; } = message;
}

/// <summary>A column of <c>kubectl get</c>, in the order written.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class PrinterColumnAttribute(string name, string jsonPath) : Attribute
{
    /// <summary>The heading.</summary>
    public string Name { get; } = name;

    /// <summary>Where the value is.</summary>
    public string JsonPath { get; } = jsonPath;

    /// <summary>string, integer, boolean or date.</summary>
    public string Type { get; init; } = "string";

    /// <summary>Whether it is shown only with <c>-o wide</c>.</summary>
    public bool Wide { get; init; }
}

/// <summary>A short name for kubectl.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ShortNameAttribute(string name) : Attribute
{
    /// <summary>The short name.</summary>
    public string Name { get; } = name;
}
