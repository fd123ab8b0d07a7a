using System.Text;
using MesoNet.IAaS.Portal.Texts;

namespace MesoNet.IAaS.Portal.Classes;

/// <summary>What a page has been told of a class, and so what it has not.</summary>
internal sealed class ClassStream
{
    private readonly string shown;
    private readonly Language language;
    private Dictionary<string, SeatTile>? tiles;
    private string state = "";
    private string counts = "";

    /// <param name="known">The class as the page shows it; null where that is not known.</param>
    /// <param name="shown">The lessons that the page has buttons for.</param>
    /// <param name="language">The page's language.</param>
    public ClassStream(ClassView? known, string shown, Language language)
    {
        (this.shown, this.language) = (shown, language);
        if (known is not null) Take(known);
    }

    /// <summary>What changed since, as elements that take the places of those of their ids, in one line; empty where nothing did.</summary>
    public string Take(ClassView view)
    {
        var news = new StringBuilder();
        if (ClassFragments.State(view, shown, language, replaces: true) is var newState && newState != state) news.Append(state = newState);
        if (ClassFragments.Counts(view, language, replaces: true) is var newCounts && newCounts != counts) news.Append(counts = newCounts);
        var before = tiles;
        var haveTheSamePlaces = before?.Count == view.Tiles.Count && view.Tiles.All(tile => before.TryGetValue(tile.Label, out var last) && last.Group == tile.Group && last.Login == tile.Login);
        if (!haveTheSamePlaces)
        {
            news.Append(ClassFragments.Tiles(view, language, replaces: true));
        }
        else
        {
            foreach (var tile in view.Tiles.Where(tile => before![tile.Label] != tile)) news.Append(ClassFragments.Tile(tile, language, replaces: true));
        }

        tiles = view.Tiles.ToDictionary(tile => tile.Label, StringComparer.Ordinal);
        // An event's line ends where a text's does: what operators and teachers wrote may hold several.
        return news.ToString().ReplaceLineEndings(" ");
    }
}
