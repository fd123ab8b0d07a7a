using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Serialization;

namespace MesoNet.IAaS.UnitTests.Kubernetes;

/// <summary>What is sent by an apply is owned by it, and taken away from whoever else meant something there.</summary>
public sealed class AppliedTypesTests
{
    private static readonly NullabilityInfoContext Nullability = new();

    private static IEnumerable<PropertyInfo> Members => typeof(KubernetesObject).Assembly.GetTypes()
        .Where(type => type is { IsClass: true, IsNested: false } && type.Namespace == typeof(KubernetesObject).Namespace && type.GetMethod("<Clone>$") is not null)
        .SelectMany(type => type.GetProperties())
        .Where(member => member.SetMethod is not null && member.GetCustomAttribute<JsonIgnoreAttribute>() is null);

    [Fact]
    public void What_an_object_does_not_say_is_not_sent_as_a_zero() => Assert.Empty(Members
        .Where(member => member.PropertyType.IsValueType && Nullable.GetUnderlyingType(member.PropertyType) is null)
        .Where(member => member.GetCustomAttribute<RequiredMemberAttribute>() is null && member.DeclaringType != typeof(ResourceType))
        .Select(member => $"{member.DeclaringType!.Name}.{member.Name}"));

    [Fact]
    public void No_dictionary_may_hold_a_null_which_would_be_sent_though_nulls_elsewhere_are_not()
    {
        var dictionaries = Members.Where(member => member.PropertyType.IsGenericType && member.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)).ToList();
        Assert.NotEmpty(dictionaries);
        Assert.Empty(dictionaries
            .Where(member => Nullability.Create(member).GenericTypeArguments[1].ReadState == NullabilityState.Nullable)
            .Select(member => $"{member.DeclaringType!.Name}.{member.Name}"));
    }

    [Fact]
    public void An_object_that_says_nothing_is_sent_as_nothing() => Assert.Equal("""{"metadata":{}}"""u8, KubernetesJson.Write(new Pod()));
}
