namespace MesoNet.IAaS.EndToEndTests.Pages;

/// <summary>Tests in a browser: alone, since a browser and the notebooks it opens take all of a small machine, and others count seconds after a bell.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class PagesCollection
{
    public const string Name = "pages";
}
