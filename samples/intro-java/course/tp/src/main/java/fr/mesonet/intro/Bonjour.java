package fr.mesonet.intro;

/** Se présente, et lit les mots qu'on lui donne. */
public final class Bonjour {
    private Bonjour() {
    }

    public static void main(String[] arguments) {
        System.out.println("Bonjour de Java " + Runtime.version().feature());
        if (arguments.length > 0) System.out.println(Mots.de(String.join(" ", arguments)));
    }
}
