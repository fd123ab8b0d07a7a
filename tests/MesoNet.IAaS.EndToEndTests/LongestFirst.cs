using Xunit.Sdk;
using Xunit.v3;

namespace MesoNet.IAaS.EndToEndTests;

/// <summary>
/// The order in which collections begin, a few at once (and the pages, which want to be alone, after them): first those that take longest, mostly waiting for a bell, so that none of them is left alone at the
/// end, and so that not everything starts pods in the cluster's first minutes.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    // With what they took on two cores, in seconds (the first three: as computed from their bells); what is not named here is short.
    private static readonly string[] Order =
    [
        "a lesson", // 490
        "research", // 456
        "the end of a lesson", // 390
        "one classroom", // 308, and busy
        "the chart", // 151
        "platforms", // 133
        "a full volume", // 110
    ];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(Place)];

    private static int Place<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection => Array.IndexOf(Order, collection.TestCollectionDisplayName) is >= 0 and var place ? place : Order.Length;
}
